import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addProjectConfiguration, readJson, readNxJson, type Tree, updateJson } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { FsTree } from 'nx/src/generators/tree';
import { expect, onTestFinished, test } from 'vitest';
import { initGenerator } from './init.mjs';
import { renameGenerator } from './rename.mjs';

const ROOT = join(import.meta.dirname, '../../../..');
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

/** All files with their content. */
const snapshot = (tree: Tree) => tree.listChanges().map(({ path, content }) => [path, String(content)]);

/** A workspace with a CDK app in the project `infra`. */
function withCdkApp(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  tree.delete('.oxfmtrc.json');
  addProjectConfiguration(tree, 'infra', { root: 'apps/infra' });
  tree.write('apps/infra/cdk.json', '{ "app": "node app.js" }');
  tree.write('.gitignore', 'node_modules\ntmp');
  return tree;
}

test('init adds the plugin, a project that serves the local cloud, the tools and lines of .gitignore', async () => {
  const tree = withCdkApp();
  await initGenerator(tree, { stackName: 'my-{stage}' });
  expect(readNxJson(tree)?.plugins).toContainEqual({
    plugin: '@spa-on-aws/nx/plugin',
    options: { stackName: 'my-{stage}' },
  });
  expect(readJson(tree, 'local-cloud/project.json')).toMatchObject({
    name: 'local-cloud',
    targets: {
      serve: {
        command: 'local-cloud apps/infra/cdk.out',
        dependsOn: [{ projects: ['infra'], target: 'synth' }],
      },
    },
  });
  expect(readJson(tree, 'package.json').devDependencies).toMatchObject({
    '@spa-on-aws/local-cloud': version,
    '@spa-on-aws/nx': version,
    '@spa-on-aws/template-checks': version,
  });
  expect(tree.read('.gitignore', 'utf8')).toBe(
    'node_modules\ntmp\ncdk.out\napps/infra/outputs\n.env.local-cloud\n',
  );
});

test('a second init changes nothing', async () => {
  const tree = withCdkApp();
  await initGenerator(tree, {});
  updateJson(tree, 'package.json', (manifest) => {
    manifest.devDependencies['@spa-on-aws/local-cloud'] = 'file:tools/local-cloud.tgz';
    return manifest;
  });
  const before = snapshot(tree);
  await initGenerator(tree, { stackName: 'other' });
  expect(snapshot(tree)).toEqual(before);
});

test('init refuses a workspace without a CDK app, and asks which one if it has several', async () => {
  await expect(initGenerator(createTreeWithEmptyWorkspace(), {})).rejects.toThrow(
    'No project has a cdk.json',
  );
  const tree = withCdkApp();
  addProjectConfiguration(tree, 'other', { root: 'apps/other' });
  tree.write('apps/other/cdk.json', '{}');
  await expect(initGenerator(tree, {})).rejects.toThrow(
    'Several projects have a cdk.json. Choose one: --project',
  );
  await initGenerator(tree, { project: 'other' });
  expect(readJson(tree, 'local-cloud/project.json').targets.serve.command).toBe(
    'local-cloud apps/other/cdk.out',
  );
  await expect(initGenerator(withCdkApp(), { project: 'web' })).rejects.toThrow('web has no cdk.json');
});

test('rename changes what the how-to page names, and the packages; the tools keep their names', async () => {
  const tree = createTreeWithEmptyWorkspace();
  const starter = [
    'apps/web/src/shared/strings.ts',
    'apps/web/index.html',
    'apps/web/package.json',
    'libs/infra/cdk.json',
    'libs/infra/src/spa-on-aws-stack.ts',
    '.github/aws/deploy-role.yaml',
    'nx.json',
    'tsconfig.base.json',
  ];
  for (const file of starter) tree.write(file, readFileSync(join(ROOT, file), 'utf8'));
  tree.write('packages/nx/package.json', '{ "name": "@spa-on-aws/nx" }');
  tree.delete('.oxfmtrc.json');
  await renameGenerator(tree, { name: 'my-shop' });
  const text = (file: string) => tree.read(file, 'utf8') ?? '';
  expect(readJson(tree, 'libs/infra/cdk.json').context.project).toBe('my-shop');
  expect(text('apps/web/index.html')).toContain('<title>My shop</title>');
  expect(text('.github/aws/deploy-role.yaml')).toContain('stack/my-shop-*');
  expect(text('libs/infra/src/my-shop-stack.ts')).toContain('export class MyShopStack extends Stack');
  expect(readJson(tree, 'apps/web/package.json')).toMatchObject({ name: '@my-shop/web' });
  expect(readJson(tree, 'apps/web/package.json').dependencies).toMatchObject({
    '@my-shop/shared-types': '*',
    '@spa-on-aws/sign-in': '*',
  });
  expect(text('tsconfig.base.json')).toContain('"@spa-on-aws/source"');
  expect(text('packages/nx/package.json')).toBe('{ "name": "@spa-on-aws/nx" }');
  expect(tree.exists('libs/infra/src/spa-on-aws-stack.ts')).toBe(false);
});

test('rename of a created workspace keeps a word that happens to be its name, and renames imports of own files', async () => {
  const creation = { version: '1.0.0', name: 'shop', title: 'Shop' };
  const starter = (of: { name: string; title: string }) => ({
    'libs/infra/cdk.json': `{ "context": { "project": "${of.name}" } }\n`,
    'apps/web/index.html': `<title>${of.title}</title>\n`,
    [`libs/infra/src/${of.name}-stack.ts`]: `import '@${of.name}/shared-types';\n\nexport class Stack {\n  stage = 'dev';\n}\n`,
    'package.json': `{ "name": "@${of.name}/source" }\n`,
  });
  const directory = (files: Record<string, string>) => {
    const path = mkdtempSync(join(tmpdir(), 'rename-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
    }
    return path;
  };
  const tree = new FsTree(
    directory({
      ...starter(creation),
      'package.json': JSON.stringify({ name: '@shop/source', 'create-spa-on-aws': creation }, null, 2),
      'apps/api/src/own.ts': "import '@shop/shared-types'; // the shop opens at nine\n",
    }),
    false,
  );
  await renameGenerator(tree, { name: 'market' }, (of) => directory(starter(of)));
  expect(tree.read('apps/api/src/own.ts', 'utf8')).toBe(
    "import '@market/shared-types'; // the shop opens at nine\n",
  );
  expect(tree.read('apps/web/index.html', 'utf8')).toBe('<title>Market</title>\n');
  expect(readJson(tree, 'libs/infra/cdk.json').context.project).toBe('market');
  expect(tree.read('libs/infra/src/market-stack.ts', 'utf8')).toContain("import '@market/shared-types'");
  expect(tree.exists('libs/infra/src/shop-stack.ts')).toBe(false);
  expect(readJson(tree, 'package.json')).toEqual({
    name: '@market/source',
    'create-spa-on-aws': { ...creation, name: 'market', title: 'Market' },
  });
});

test('rename refuses a name that is no part of package names', async () => {
  const tree = createTreeWithEmptyWorkspace();
  await expect(renameGenerator(tree, { name: 'My Shop' })).rejects.toThrow(
    '"My Shop" is not a name. Use up to 30',
  );
});
