import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FsTree, flushChanges } from 'nx/src/generators/tree';
import { expect, onTestFinished, test } from 'vitest';
import { mergeStarter } from './merge-starter.mjs';
import starterMigration from './starter-migration.mjs';

/** Files by their paths. */
type Files = Readonly<Record<string, string | Buffer>>;

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}\n`);

/** Text of twenty lines, of which some are replaced. */
const text = (changes: Readonly<Record<number, string>> = {}) =>
  LINES.map((line, index) => (index in changes ? `${changes[index]}\n` : line)).join('');

function directoryWith(files: Files): string {
  const directory = mkdtempSync(join(tmpdir(), 'merge-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), content);
  }
  return directory;
}

/** Merges and writes the result to the disk. */
function merge(base: Files, yours: Files, theirs: Files) {
  const directory = directoryWith(yours);
  const tree = new FsTree(directory, false);
  const result = mergeStarter(tree, directoryWith(base), directoryWith(theirs), 'new-version');
  flushChanges(directory, tree.listChanges());
  return {
    ...result,
    /** Content of a file, or `undefined`. */
    content: (file: string) =>
      existsSync(join(directory, file)) ? readFileSync(join(directory, file), 'utf8') : undefined,
  };
}

test('a file that only one side changed gets this change', () => {
  const base = { 'theirs.ts': text(), 'yours.ts': text(), 'both.ts': text(), 'same.ts': text() };
  const { content, ...result } = merge(
    base,
    {
      ...base,
      'yours.ts': text({ 3: 'yours' }),
      'both.ts': text({ 3: 'yours' }),
      'same.ts': text({ 3: 'x' }),
    },
    {
      ...base,
      'theirs.ts': text({ 9: 'theirs' }),
      'both.ts': text({ 9: 'theirs' }),
      'same.ts': text({ 3: 'x' }),
    },
  );
  expect(result).toEqual({ changed: ['both.ts', 'theirs.ts'], conflicts: [] });
  expect(content('theirs.ts')).toBe(text({ 9: 'theirs' }));
  expect(content('yours.ts')).toBe(text({ 3: 'yours' }));
  expect(content('both.ts')).toBe(text({ 3: 'yours', 9: 'theirs' }));
});

test('lines that both changed are between conflict markers, with the lines of both', () => {
  const { content, conflicts } = merge(
    { 'app.ts': text() },
    { 'app.ts': text({ 3: 'yours' }) },
    { 'app.ts': text({ 3: 'theirs', 12: 'theirs' }) },
  );
  expect(conflicts).toEqual(['app.ts: both changed it. Edit the places between <<<<<<< and >>>>>>>.']);
  expect(content('app.ts')).toBe(
    text({ 3: '<<<<<<< yours\nyours\n=======\ntheirs\n>>>>>>> new-version', 12: 'theirs' }),
  );
});

test('new files are added, and files of the team stay', () => {
  const { content, conflicts } = merge({}, { 'mine.ts': text() }, { 'new.ts': text({ 1: 'new' }) });
  expect(conflicts).toEqual([]);
  expect(content('mine.ts')).toBe(text());
  expect(content('new.ts')).toBe(text({ 1: 'new' }));
});

test('files that the team deleted stay deleted; a change of the new version is reported', () => {
  const { content, conflicts } = merge(
    { 'changed.ts': text(), 'unchanged.ts': text({ 1: 'other' }) },
    {},
    { 'changed.ts': text({ 2: 'theirs' }), 'unchanged.ts': text({ 1: 'other' }) },
  );
  expect(conflicts).toEqual([
    'changed.ts: you deleted it, and it stays deleted. The new version changes it.',
  ]);
  expect(content('changed.ts')).toBeUndefined();
  expect(content('unchanged.ts')).toBeUndefined();
});

test('files that the new version deletes stay if the team changed them', () => {
  const { content, conflicts } = merge(
    { 'changed.ts': text(), 'unchanged.ts': text({ 1: 'other' }) },
    { 'changed.ts': text({ 2: 'yours' }), 'unchanged.ts': text({ 1: 'other' }) },
    {},
  );
  expect(conflicts).toEqual(['changed.ts: the new version deletes it. Yours has changes, and stays.']);
  expect(content('changed.ts')).toBe(text({ 2: 'yours' }));
  expect(content('unchanged.ts')).toBeUndefined();
});

test('files that one side moved get the changes of the other', () => {
  const { content, conflicts } = merge(
    { 'a/yours.ts': text(), 'a/theirs.ts': text({ 0: 'other', 1: 'file' }) },
    { 'b/yours.ts': text(), 'a/theirs.ts': text({ 0: 'other', 1: 'file', 5: 'yours' }) },
    { 'a/yours.ts': text({ 7: 'theirs' }), 'c/theirs.ts': text({ 0: 'other', 1: 'file' }) },
  );
  expect(conflicts).toEqual([]);
  expect(content('a/yours.ts')).toBeUndefined();
  expect(content('b/yours.ts')).toBe(text({ 7: 'theirs' }));
  expect(content('c/theirs.ts')).toBe(text({ 0: 'other', 1: 'file', 5: 'yours' }));
});

test('JSON stays readable: a value that both changed is that of the team, and is reported', () => {
  const json = (express: string, more: object = {}) =>
    JSON.stringify({ name: 'api', dependencies: { express, ...more } }, null, 2);
  const { content, conflicts } = merge(
    { 'package.json': json('5.0.0', { zod: '4.0.0' }) },
    { 'package.json': json('4.0.0', { zod: '4.0.0', pg: '8.0.0' }) },
    { 'package.json': json('5.1.0', { zod: '4.1.0', helmet: '8.0.0' }) },
  );
  expect(conflicts).toEqual([
    'package.json: dependencies > express stays "4.0.0". In the new version it is "5.1.0".',
  ]);
  expect(JSON.parse(content('package.json') ?? '')).toEqual({
    name: 'api',
    dependencies: { express: '4.0.0', zod: '4.1.0', pg: '8.0.0', helmet: '8.0.0' },
  });
});

test('a picture that both changed is that of the team', () => {
  const picture = (byte: number) => Buffer.from([0, 1, 2, 0, byte]);
  const { content, conflicts } = merge(
    { 'logo.png': picture(1) },
    { 'logo.png': picture(2) },
    { 'logo.png': picture(3) },
  );
  expect(conflicts).toEqual(['logo.png: both changed it. Yours stays.']);
  expect(content('logo.png')).toBe(picture(2).toString());
});

test('a file that git ignores is not overwritten', () => {
  const ignore = { '.gitignore': '.env\n' };
  const { content, conflicts } = merge(
    ignore,
    { ...ignore, '.env': 'KEY=mine' },
    { ...ignore, '.env': 'KEY=' },
  );
  expect(conflicts).toEqual([
    '.env: git ignores your file, and it stays. The new version adds one of this name.',
  ]);
  expect(content('.env')).toBe('KEY=mine');
});

test('commits, branches and the index of the workspace stay as they are', () => {
  const workspace = directoryWith({ 'app.ts': text() });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
  git('init', '--quiet');
  git('add', 'app.ts');
  writeFileSync(join(workspace, 'app.ts'), text({ 1: 'not staged' }));
  const before = git('status', '--short') + git('diff', '--cached');
  const tree = new FsTree(workspace, false);
  const { changed } = mergeStarter(tree, directoryWith({}), directoryWith({ 'b.ts': 'b' }), 'new-version');
  expect(changed).toEqual(['b.ts']);
  expect(git('status', '--short') + git('diff', '--cached')).toBe(before);
});

test('a dry run writes nothing', () => {
  const workspace = directoryWith({ 'app.ts': text() });
  const tree = new FsTree(workspace, false);
  mergeStarter(
    tree,
    directoryWith({ 'app.ts': text() }),
    directoryWith({ 'app.ts': text({ 1: 'x' }) }),
    'new-version',
  );
  expect(tree.listChanges().map(({ path, type }) => [path, type])).toEqual([['app.ts', 'UPDATE']]);
  expect(readFileSync(join(workspace, 'app.ts'), 'utf8')).toBe(text());
});

/** A workspace that was created by version 0.0.1, and creators of all versions. */
function created(version = '0.0.1') {
  const starter = (of: string) => ({ 'package.json': '{}\n', 'app.ts': text({ 9: of }) });
  const creation = { version, name: 'my-shop', title: 'My shop', mfa: true };
  const workspace = directoryWith({
    ...starter(version),
    'package.json': JSON.stringify({ 'create-spa-on-aws': creation }, null, 2),
  });
  const tree = new FsTree(workspace, false);
  const creations: object[] = [];
  const migrate = () =>
    starterMigration(tree, {}, (each) => {
      creations.push(each);
      return directoryWith(starter(each.version));
    });
  return { tree, migrate, creation, creations };
}

test('the migration creates the workspace again with both versions and the same answers, and records the new one', () => {
  const { tree, migrate, creation, creations } = created();
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const [summary] = migrate();
  expect(creations).toEqual([creation, { ...creation, version }]);
  expect(summary).toBe(`2 files changed from create-spa-on-aws 0.0.1 to ${version}. git diff shows them.`);
  expect(tree.read('app.ts', 'utf8')).toBe(text({ 9: version }));
  expect(JSON.parse(tree.read('package.json', 'utf8') ?? '')).toEqual({
    'create-spa-on-aws': { ...creation, version },
  });
  expect(migrate()).toEqual([`The files of the starter are those of create-spa-on-aws ${version}.`]);
});

test('the migration of a workspace without a record changes nothing and says what to do', () => {
  const tree = new FsTree(directoryWith({ 'package.json': '{}' }), false);
  expect(starterMigration(tree, {})).toEqual([expect.stringContaining('merge its main branch with git')]);
  expect(tree.listChanges()).toEqual([]);
});

test('npm packs migrations.json with this version, an implementation that exists, and the version of Nx', () => {
  const root = join(import.meta.dirname, '../..');
  execFileSync(process.execPath, ['pack-migrations.mjs'], { cwd: root });
  const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const manifest = json('package.json');
  const file = manifest['nx-migrations'].migrations;
  const { generators, packageJsonUpdates } = json(file);
  expect(generators.starter.version).toBe(manifest.version);
  expect(join(root, dirname(file), generators.starter.implementation)).toBe(
    join(import.meta.dirname, 'starter-migration.mjs'),
  );
  expect(packageJsonUpdates.nx.packages.nx.version).toBe(manifest.peerDependencies['@nx/devkit']);
});
