import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { type FirstLoadBudget, firstLoadBudget } from './first-load-budget.ts';

/** Returns text that gzip cannot compress much. */
const noise = (length: number) =>
  JSON.stringify(Array.from({ length }, (_, index) => (index * 2_654_435_761) % 4_294_967_296));

async function buildWith(budget: FirstLoadBudget): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'first-load-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, 'index.html'), '<script type="module" src="/main.js"></script>');
  await writeFile(
    join(root, 'main.js'),
    `import './style.css'; globalThis.first = ${noise(500)}; import('./later.js');`,
  );
  await writeFile(join(root, 'later.js'), `globalThis.later = ${noise(5000)};`);
  await writeFile(join(root, 'style.css'), 'body { color: red }');
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [firstLoadBudget(budget)],
    build: { write: false },
  });
}

test('chunks that are loaded later do not count', async () => {
  await expect(buildWith({ script: 6_000, style: 1_000 })).resolves.toBe(undefined);
});

test('the build fails when scripts are over budget', async () => {
  await expect(buildWith({ script: 1_000, style: 1_000 })).rejects.toThrow(
    /First load, script: \d+ of 1000 bytes gzipped/,
  );
});

test('the build fails when stylesheets are over budget', async () => {
  await expect(buildWith({ script: 6_000, style: 10 })).rejects.toThrow(
    /First load, style: \d+ of 10 bytes gzipped/,
  );
});
