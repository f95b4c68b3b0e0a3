import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check, resolveConfig } from 'prettier';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { packStarter } from '../pack-starter.mjs';
import { createWorkspace } from './create';
import type { Options } from './options';

const OPTIONS: Options = {
  name: 'bird-watchers-club',
  title: 'Vögel & Co',
  region: 'eu-central-1',
  capacity: 'fargate',
  mfa: true,
};

const REPOSITORY = path.join(import.meta.dirname, '../../..');
const VERSION = '1.2.3';

let root: string;
let starter: string;
let directory: string;

beforeAll(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'create-')));
  // As npm installs it.
  starter = path.join(root, 'node_modules/create-spa-on-aws/dist/starter');
  directory = path.join(root, 'bird-watchers-club');
  await packStarter(starter);
  await createWorkspace(directory, OPTIONS, { starter, version: VERSION });
});

afterAll(() => rm(root, { recursive: true }));

test('a workspace has the five projects of the starter, and the tools as dependencies', async () => {
  const manifest = await json(directory, 'package.json');
  expect(manifest).toMatchObject({ name: '@bird-watchers-club/source', workspaces: ['apps/*', 'libs/*'] });
  expect(JSON.stringify(manifest['scripts'])).not.toMatch(/knip|registry/);
  const projects = execFileSync('git', ['ls-files', '--others', ':(glob)*/*/package.json'], {
    cwd: directory,
    encoding: 'utf8',
  });
  expect(projects.trim().split('\n')).toEqual([
    'apps/api/package.json',
    'apps/web-e2e/package.json',
    'apps/web/package.json',
    'libs/infra/package.json',
    'libs/shared-types/package.json',
  ]);
  expect(manifest).toMatchObject({
    devDependencies: { '@spa-on-aws/nx': VERSION, '@spa-on-aws/template-checks': VERSION },
  });
});

test('no file has the name of the starter, and none refers to a folder of the repository', async () => {
  for (const [file, text] of await textsOf(directory)) {
    const own = text.replaceAll(
      /@spa-on-aws\/(cloudformation|local-cloud|nx|sign-in|template-checks)\b|\bcreate-spa-on-aws\b/g,
      '',
    );
    expect(`${file}\n${own}`).not.toMatch(/spa-on-aws|SpaOnAws|SPA on AWS/);
    if (file !== 'package.json') expect(own, file).not.toMatch(/club\/source\b/);
    if (!file.endsWith('.md'))
      expect(own, file).not.toMatch(/(?<!node_modules\/\S*)\bpackages\/(nx|local-cloud|sign-in)/);
  }
  expect(
    await readFile(path.join(directory, 'libs/infra/src/bird-watchers-club-stack.ts'), 'utf8'),
  ).toContain('export class BirdWatchersClubStack extends Stack');
  expect(await readFile(path.join(directory, 'apps/web/index.html'), 'utf8')).toContain(
    '<title>Vögel & Co</title>',
  );
});

test('a script or document names no file of the repository only', async () => {
  const { scripts } = await json(directory, 'package.json');
  expect(scripts).toEqual({
    format: 'prettier --write .',
    test: expect.stringMatching(
      /^nx sync:check && prettier --check \. && nx run-many -t lint typecheck test build synth && nx run-many -t e2e --o/,
    ),
  });
  const readme = await readFile(path.join(directory, 'README.md'), 'utf8');
  expect(readme).toContain('run `npx playwright install chromium` before');
  const files = (await textsOf(directory)).filter(([file]) => !file.startsWith('docs/decisions/'));
  for (const [file, text] of files)
    expect(text, file).not.toMatch(/\btools\/(ci|registry)\b|oxlint|bench\/bench|fastify/);
  const rules = await readFile(path.join(directory, 'eslint.config.js'), 'utf8');
  expect(rules).toContain("'@typescript-eslint/no-floating-promises': 'error'");
});

test('documents link to files that are in the workspace, or in an installed package', async () => {
  const documents = (await textsOf(directory)).filter(([file]) => file.endsWith('.md'));
  const links = documents.flatMap(([file, text]) => {
    const targets = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link);
    const local = targets.filter((link) => !/^(https?|mailto):/.test(link));
    return local.map((link) => path.posix.join(path.posix.dirname(file), link));
  });
  expect(links).toContain('docs/README.md');
  const missing = links.filter((link) => !existsSync(path.join(directory, link)));
  expect(missing.filter((link) => !/^node_modules\/@spa-on-aws\/[a-z-]+(\/|$)/.test(link))).toEqual([]);
});

test('Prettier has nothing to change, although the names are longer', async () => {
  for (const [file, text] of await textsOf(directory)) {
    if (!/\.(tsx?|mjs|js|json|md|yml|css|html)$/.test(file)) continue;
    // What is unchanged is checked in the repository.
    const original = path.join(REPOSITORY, file);
    if (existsSync(original) && (await readFile(original, 'utf8')) === text) continue;
    const filepath = path.join(directory, file);
    const isFormatted = await check(text, {
      ...(await resolveConfig(filepath, { editorconfig: true })),
      filepath,
    });
    expect(isFormatted, file).toBe(true);
  }
});

test('region, capacity and second factor are options of both stages', async () => {
  const { context } = await json(directory, 'libs/infra/cdk.json');
  const options = { region: 'eu-central-1', capacity: 'fargate', mfaRequired: true };
  expect(context).toMatchObject({ project: 'bird-watchers-club', stages: { dev: options, prod: options } });
});

test('package.json records the version and the answers, for migrations', async () => {
  expect((await json(directory, 'package.json'))['create-spa-on-aws']).toEqual({
    version: VERSION,
    ...OPTIONS,
  });
});

test('git is initialized, and ignores what a build writes', async () => {
  expect(execFileSync('git', ['branch', '--show-current'], { cwd: directory, encoding: 'utf8' })).toBe(
    'main\n',
  );
  await writeFile(path.join(directory, 'tsconfig.tsbuildinfo'), '');
  expect(execFileSync('git', ['status', '--short'], { cwd: directory, encoding: 'utf8' })).not.toContain(
    'tsbuildinfo',
  );
});

test('a folder with files is left alone', async () => {
  const directory = await folder();
  await writeFile(path.join(directory, 'mine.txt'), '');
  const creation = createWorkspace(directory, OPTIONS, { starter, version: VERSION });
  await expect(creation).rejects.toMatchObject({ code: 'ERR_DIRECTORY' });
  expect(await readdir(directory)).toEqual(['mine.txt']);
});

test.each([
  [{ name: 'My Shop' }, 'name My Shop is invalid'],
  [{ region: 'Frankfurt' }, '--region Frankfurt is invalid'],
  [{ title: '<script>' }, '--title <script> is invalid'],
  [{ capacity: 'eks' as Options['capacity'] }, '--capacity eks is invalid. Use ec2, fargate, lambda.'],
])('%j is rejected before anything is written', async (options, message) => {
  const directory = await folder();
  const creation = createWorkspace(directory, { ...OPTIONS, ...options }, { starter, version: VERSION });
  await expect(creation).rejects.toThrowError(message);
  expect(await readdir(directory)).toEqual([]);
});

async function folder(): Promise<string> {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'workspace-')));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

async function json(directory: string, file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(directory, file), 'utf8')) as Record<string, unknown>;
}

/** Returns the texts of all files that git would commit, by name. */
async function textsOf(directory: string): Promise<[string, string][]> {
  const files = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], {
    cwd: directory,
    encoding: 'utf8',
  });
  const texts = await Promise.all(
    files
      .split('\0')
      .filter((file) => file !== '' && !file.endsWith('.png'))
      .map(async (file): Promise<[string, string]> => [
        file,
        await readFile(path.join(directory, file), 'utf8'),
      ]),
  );
  return texts;
}
