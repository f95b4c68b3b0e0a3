import { appendFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import starterMigration from '@spa-on-aws/nx/starter-migration';
import { FsTree, flushChanges } from 'nx/src/generators/tree';
import { expect, test } from 'vitest';
import { packStarter } from '../pack-starter.mjs';
import { cloneAt, hasCommit } from '../test/old-commit';
import { createWorkspace } from './create';
import type { Options } from './options';

/** State of this repository, 90 changed files ago. Its starter has today's layout. */
const OLD_COMMIT = '8146394950995fa7848b3f05a62422a640aa8369';

const OPTIONS: Options = { name: 'my-shop', title: 'My shop', capacity: 'fargate', mfa: false };

test.skipIf(!hasCommit(OLD_COMMIT))(
  'a workspace of an old commit gets the starter of today, and keeps what the team changed',
  async () => {
    const root = cloneAt(OLD_COMMIT);
    const clone = path.join(root, 'clone');
    const starters = { '0.0.1': path.join(root, 'old'), '0.0.2': path.join(root, 'new') };
    await packStarter(starters['0.0.1'], clone);
    await packStarter(starters['0.0.2']);
    const create = async (directory: string, version: keyof typeof starters) => {
      await createWorkspace(path.join(root, directory), OPTIONS, { starter: starters[version], version });
      return path.join(root, directory);
    };
    const workspace = await create('workspace', '0.0.1');
    const base = path.join(root, 'base');
    await cp(workspace, base, { recursive: true });
    const theirs = await create('theirs', '0.0.2');
    const at = (file: string) => path.join(workspace, file);
    const read = (file: string) => readFile(at(file), 'utf8');
    const replace = async (file: string, from: string, to: string) => {
      const text = await read(file);
      expect(text).toContain(from);
      await writeFile(at(file), text.replace(from, to));
    };

    // What the team did.
    await replace('apps/web/src/shared/strings.ts', "retry: 'Try again'", "retry: 'Once more'");
    await replace(
      'apps/api/src/app.ts',
      'healthRouter(state, greetingIds)',
      'healthRouter(state), shopRouter()',
    );
    await replace(
      'package.json',
      '"devDependencies": {',
      '"devDependencies": {\n    "create-spa-on-aws": "0.0.2",\n    "date-fns": "4.1.0",',
    );
    await appendFile(at('libs/infra/src/site/access-log-bucket.ts'), '// Ours.\n');
    await rm(at('apps/web-e2e/src/journeys/faults.spec.ts'));
    await mkdir(at('libs/infra/src/network'));
    await rename(at('libs/infra/src/backend/network.ts'), at('libs/infra/src/network/network.ts'));
    await writeFile(at('apps/api/src/shop-router.ts'), '// Ours.\n');

    const tree = new FsTree(workspace, false);
    const [summary, ...conflicts] = starterMigration(tree, {}, ({ version }) =>
      version === '0.0.1' ? base : theirs,
    );
    flushChanges(workspace, tree.listChanges());

    expect(summary).toMatch(/^\d{2,3} files changed from create-spa-on-aws 0\.0\.1 to 0\.0\.2\./);
    expect(conflicts).toEqual([
      'apps/web-e2e/src/journeys/faults.spec.ts: you deleted it, and it stays deleted. The new version changes it.',
      'apps/api/src/app.ts: both changed it. Edit the places between <<<<<<< and >>>>>>>.',
      'libs/infra/src/site/access-log-bucket.ts: the new version deletes it. Yours has changes, and stays.',
      expect.stringContaining('npm test'),
    ]);
    const strings = await read('apps/web/src/shared/strings.ts');
    expect(strings).toContain("retry: 'Once more'");
    expect(strings).toContain("console: 'See what happened to this request'");
    const app = await read('apps/api/src/app.ts');
    expect(app).toContain(
      '<<<<<<< yours\n  routes.use(healthRouter(state), shopRouter());\n  if (metrics) routes.use(countRequests(metrics));\n=======\n  routes.use(healthRouter(state));\n>>>>>>> new-version\n',
    );
    expect(JSON.parse(await read('package.json'))).toMatchObject({
      'create-spa-on-aws': { version: '0.0.2', ...OPTIONS },
      devDependencies: { 'date-fns': '4.1.0' },
    });
    expect(await read('libs/infra/src/network/network.ts')).toBe(
      await readFile(path.join(theirs, 'libs/infra/src/backend/network.ts'), 'utf8'),
    );
    expect(await read('apps/api/src/shop-router.ts')).toBe('// Ours.\n');

    // All other files are those of the new version.
    const edited = [
      'apps/web/src/shared/strings.ts',
      'apps/api/src/app.ts',
      'package.json',
      'libs/infra/src/backend/network.ts',
      'apps/web-e2e/src/journeys/faults.spec.ts',
    ];
    for (const file of await filesIn(theirs)) {
      if (edited.includes(file)) continue;
      expect(await readFile(at(file)), file).toEqual(await readFile(path.join(theirs, file)));
    }
    const added = ['apps/api/src/shop-router.ts', 'libs/infra/src/network/network.ts'];
    const kept = ['libs/infra/src/site/access-log-bucket.ts'];
    const expected = (await filesIn(theirs)).filter(
      (file) => file !== 'libs/infra/src/backend/network.ts' && !file.includes('faults.spec'),
    );
    expect(await filesIn(workspace)).toEqual([...expected, ...added, ...kept].sort());
  },
);

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('.git/'))
    .sort();
}
