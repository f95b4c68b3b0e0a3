import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TOOLS } from '@spa-on-aws/nx/renamed';
import { expect, onTestFinished, test } from 'vitest';
import { packStarter } from '../pack-starter.mjs';
import { cloneAt, hasCommit, REPOSITORY } from '../test/old-commit';
import type { Source } from './create';
import { mergeIntoClone } from './merge-into-clone';
import type { Options } from './options';

/** State of this repository before the tools moved to `packages`: 1,200 changed files ago. */
const OLD_COMMIT = '5bc854563e785d7bbe45d5aa4889eb067edf2828';

const OPTIONS: Options = { name: 'ignored', title: 'Ignored', capacity: 'ec2', mfa: false };

test.skipIf(!hasCommit(OLD_COMMIT))(
  'a copy of the repository from before the packages gets the starter of today, and keeps what the team changed',
  async () => {
    const { root, source } = await clone();
    const workspace = path.join(root, 'workspace');
    await cp(path.join(root, 'clone'), workspace, { recursive: true });
    await rm(path.join(workspace, '.git'), { recursive: true });
    const at = (file: string) => path.join(workspace, file);
    const read = (file: string) => readFile(at(file), 'utf8');
    const replace = async (file: string, from: string, to: string) => {
      const text = await read(file);
      expect(text).toContain(from);
      await writeFile(at(file), text.replace(from, to));
    };

    // What the team did.
    await replace('apps/web/src/shared/strings.ts', "'Say hello, safely'", "'Welcome to our shop'");
    await replace('package.json', '"devDependencies": {', '"devDependencies": {\n    "ms": "2.1.3",');
    await replace('libs/infra/cdk.json', '"context": {', '"context": {\n    "shop:color": "blue",');
    await appendFile(at('apps/local-cloud/README.md'), 'Ours.\n');
    await rm(at('apps/web-e2e/src/journeys/tabs.spec.ts'));
    await mkdir(at('apps/api/src/shop'));
    await writeFile(at('apps/api/src/shop/order.ts'), '// Ours.\n');

    const [summary, ...conflicts] = await mergeIntoClone(workspace, OLD_COMMIT, OPTIONS, source);

    expect(summary).toMatch(/^1\d{3} files changed since 5bc8545/);
    expect(conflicts.sort()).toEqual([
      expect.stringMatching(/^apps\/local-cloud\/README\.md: /),
      'apps/web-e2e/src/journeys/tabs.spec.ts: you deleted it, and it stays deleted. The new version changes it.',
      'apps/web/src/shared/strings.ts: both changed it. Edit the places between <<<<<<< and >>>>>>>.',
    ]);
    const strings = await read('apps/web/src/shared/strings.ts');
    expect(strings).toContain("title: 'Welcome to our shop'");
    expect(strings).toContain('export const layoutText');
    const manifest = JSON.parse(await read('package.json'));
    expect(manifest).toMatchObject({
      devDependencies: { ms: '2.1.3', '@spa-on-aws/nx': expect.stringMatching(/^file:tools\//) },
      'create-spa-on-aws': {
        version: manifest.devDependencies['create-spa-on-aws'],
        name: 'spa-on-aws',
        title: 'SPA on AWS',
      },
    });
    expect(JSON.parse(await read('libs/infra/cdk.json')).context).toMatchObject({ 'shop:color': 'blue' });
    expect(await read('apps/api/src/shop/order.ts')).toBe('// Ours.\n');
    // Where the team changed nothing are the files of today, and no others.
    expect(await read('apps/api/src/app.ts')).toBe(
      await readFile(path.join(source.starter, 'apps/api/src/app.ts'), 'utf8'),
    );
    expect(existsSync(at('apps/local-cloud/src'))).toBe(false);

    const again = mergeIntoClone(workspace, OLD_COMMIT, OPTIONS, source);
    await expect(again).rejects.toThrowError('has a record of its version. Leave out --from.');
  },
);

test('a workspace with other names is left alone', async () => {
  const workspace = mkdtempSync(path.join(tmpdir(), 'workspace-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  await writeFile(path.join(workspace, 'package.json'), '{"name":"@my-shop/source"}');
  const source = { starter: workspace, version: '0.0.2', localTools: path.join(REPOSITORY, 'packages') };
  const merge = mergeIntoClone(workspace, 'HEAD', OPTIONS, source);
  await expect(merge).rejects.toThrowError('is @my-shop/source, not a copy of the repository');
});

/** Clones the repository at the old commit, with tools of one file each, which npm packs in no time. */
async function clone(): Promise<{ root: string; source: Source }> {
  const root = cloneAt(OLD_COMMIT);
  const clone = path.join(root, 'clone');
  const localTools = path.join(clone, 'packages');
  for (const name of [...TOOLS.map((tool) => `@spa-on-aws/${tool}`), 'create-spa-on-aws']) {
    const folder = path.join(localTools, path.basename(name));
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.2' }));
  }
  const starter = path.join(root, 'starter');
  await packStarter(starter);
  return { root, source: { starter, version: '0.0.2', localTools } };
}
