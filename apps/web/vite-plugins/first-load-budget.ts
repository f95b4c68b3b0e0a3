import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** Maximum size of the first load, in gzipped bytes. */
export interface FirstLoadBudget {
  /** Entry chunk and all its static imports. */
  script: number;
  /** All stylesheets. */
  style: number;
}

/** Vite plugin that fails the build when the first load is larger than the budget. */
export function firstLoadBudget(budget: FirstLoadBudget): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const sizes = firstLoadSize(bundle);
        for (const kind of ['script', 'style'] as const) {
          const report = `First load, ${kind}: ${sizes[kind]} of ${budget[kind]} bytes gzipped`;
          if (sizes[kind] > budget[kind]) {
            this.error(`${report}. Load code on demand with import(), or remove it.`);
          }
          this.info(report);
        }
      },
    },
  };
}

/** Returns the size of the first load of a bundle. */
function firstLoadSize(bundle: Rolldown.OutputBundle): FirstLoadBudget {
  const files = Object.values(bundle);
  const needed = new Set(
    files.filter((file) => file.type === 'chunk' && file.isEntry).map((file) => file.fileName),
  );
  for (const fileName of needed) {
    const file = bundle[fileName];
    if (file?.type === 'chunk') file.imports.forEach((imported) => needed.add(imported));
  }
  const size = { script: 0, style: 0 };
  for (const file of files) {
    if (file.type === 'asset') {
      if (file.fileName.endsWith('.css')) size.style += gzipSync(file.source).length;
    } else if (needed.has(file.fileName)) size.script += gzipSync(file.code).length;
  }
  return size;
}
