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
  return {
    script: sum(
      files.map((file) => (file.type === 'chunk' && needed.has(file.fileName) ? gzipped(file.code) : 0)),
    ),
    style: sum(
      files.map((file) =>
        file.type === 'asset' && file.fileName.endsWith('.css') ? gzipped(file.source) : 0,
      ),
    ),
  };
}

function gzipped(content: string | Uint8Array): number {
  return gzipSync(content).length;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
