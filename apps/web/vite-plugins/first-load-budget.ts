import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** How many bytes, gzipped, a first visit may load. */
export interface FirstLoadBudget {
  /** The entry and everything it imports statically. */
  script: number;
  /** All stylesheets. */
  style: number;
}

/** Fails the build, with numbers, when a first visit would load more than the budget allows. */
export function firstLoadBudget(budget: FirstLoadBudget): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const sizes = firstLoad(bundle);
        for (const kind of ['script', 'style'] as const) {
          const report = `First load, ${kind}: ${sizes[kind]} of ${budget[kind]} bytes gzipped`;
          if (sizes[kind] > budget[kind]) {
            this.error(`${report}. Load what is not needed at once with import(), or leave it out.`);
          }
          this.info(report);
        }
      },
    },
  };
}

/** Adds up what a first visit loads of a bundle, gzipped. */
export function firstLoad(bundle: Rolldown.OutputBundle): FirstLoadBudget {
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
