import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { stop } from 'esbuild';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { bundleImage, linkAssembly, watchApp } from '../vite/builds.mjs';

// The compiler needs long on a busy machine.
const SLOW = { timeout: 90_000, interval: 100 };

afterAll(() => stop());

/** Creates a project with `src/main.ts`, and returns its directory. */
async function createProject(source: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'builds-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(path.join(directory, 'src'));
  await writeFile(path.join(directory, 'package.json'), '{}');
  await writeFile(path.join(directory, 'Dockerfile'), 'FROM node');
  await writeFile(path.join(directory, 'src/main.ts'), source);
  return directory;
}

test('bundleImage keeps the folders of entry points', async () => {
  const directory = await createProject('console.log("main");');
  await mkdir(path.join(directory, 'src/lambda'));
  await writeFile(path.join(directory, 'src/lambda/index.ts'), 'console.log("function");');
  const image = { directory, entryPoints: ['src/main.ts', 'src/lambda/index.ts'] };
  const { directory: build } = await bundleImage(image, () => undefined);
  expect(await readFile(path.join(build, 'lambda/index.js'), 'utf8')).toContain('"function"');
});

test('bundleImage reports what does not compile, keeps the last good build, and builds again after the next change', async () => {
  const directory = await createProject('console.log("first" as string);');
  const reports: (string | undefined)[] = [];
  const image = { directory, entryPoints: ['src/main.ts'], files: ['Dockerfile'] };
  const { directory: build } = await bundleImage(image, (failure) => void reports.push(failure));
  const built = (): Promise<string> => readFile(path.join(build, 'main.js'), 'utf8');
  expect(await built()).toContain('"first"');
  expect(await readFile(path.join(build, 'Dockerfile'), 'utf8')).toBe('FROM node');

  await writeFile(path.join(directory, 'src/main.ts'), 'console.log("second;');
  await vi.waitFor(() => expect(reports).toHaveLength(1), SLOW);
  expect(stripVTControlCharacters(reports[0] ?? '')).toMatch(
    /Unterminated string literal\s+src\/main\.ts:1:/,
  );
  expect(await built()).toContain('"first"');

  await writeFile(path.join(directory, 'src/main.ts'), 'console.log("third");');
  await vi.waitFor(() => expect(reports).toHaveLength(2), SLOW);
  expect(reports[1]).toBeUndefined();
  expect(await built()).toContain('"third"');
}, 200_000);

test('bundleImage rejects with the message of the compiler when it does not compile', async () => {
  const directory = await createProject('import "./missing";');
  const bundle = bundleImage({ directory, entryPoints: ['src/main.ts'] }, () => undefined);
  await expect(bundle).rejects.toThrowError(/Could not resolve/);
});

test('stack traces of an image name its own sources, also when it runs in another directory', async () => {
  const directory = await createProject(
    'import { run } from "package";\ninterface Empty {}\nrun(() => {\n  throw new Error("at the start");\n});',
  );
  await mkdir(path.join(directory, 'node_modules/package'), { recursive: true });
  await writeFile(
    path.join(directory, 'node_modules/package/index.js'),
    'export const run = (callback) => callback();',
  );
  const image = { directory, entryPoints: ['src/main.ts'] };
  const build = await bundleImage(image, () => undefined);
  const elsewhere = path.join(directory, 'elsewhere.mjs');
  await copyFile(path.join(build.directory, 'main.js'), elsewhere);
  const { stderr } = spawnSync(process.execPath, ['--enable-source-maps', elsewhere], { encoding: 'utf8' });
  expect(stderr).toContain(`${directory}/src/main.ts:4:9`);
  expect(stderr).toMatch(/at run \(.*elsewhere\.mjs:/);
});

/** Bundles an image in a run that has ended: esbuild watches no more. */
async function run(image: Parameters<typeof bundleImage>[0]) {
  const bundle = await bundleImage(image, () => undefined);
  await stop();
  return bundle;
}

test('bundleImage takes the bundle of an earlier run if no file has changed since', async () => {
  const directory = await createProject('import "./greeting";');
  const source = path.join(directory, 'src/greeting.ts');
  await writeFile(source, 'console.log("first");');
  const image = { directory, entryPoints: ['src/main.ts'], files: ['Dockerfile'] };
  const { directory: build } = await run(image);
  const bundle = path.join(build, 'main.js');
  const builtAt = async (): Promise<number> => (await stat(bundle)).mtimeMs;
  const first = await builtAt();
  await run(image);
  expect(await builtAt()).toBe(first);

  // The clock of a file system can stand still for 10 ms.
  await delay(20);
  await writeFile(source, 'console.log("second");');
  await run(image);
  expect(await readFile(bundle, 'utf8')).toContain('"second"');

  await rm(bundle);
  await run(image);
  expect(await readFile(bundle, 'utf8')).toContain('"second"');

  await rm(source);
  await expect(run(image)).rejects.toThrowError(/Could not resolve/);
});

test('bundleImage builds again after a change also when it took the bundle of an earlier run', async () => {
  const directory = await createProject('console.log("first");');
  const image = { directory, entryPoints: ['src/main.ts'] };
  await run(image);
  const reports: (string | undefined)[] = [];
  const { directory: build, watch } = await bundleImage(image, (failure) => void reports.push(failure));
  await watch();
  await vi.waitFor(() => expect(reports).toEqual([undefined]), SLOW);
  await writeFile(path.join(directory, 'src/main.ts'), 'console.log("second");');
  await vi.waitFor(
    async () => expect(await readFile(path.join(build, 'main.js'), 'utf8')).toContain('"second"'),
    SLOW,
  );
}, 200_000);

/** Source of an app that writes a template. */
const app = (template: string): string =>
  `import { mkdirSync, writeFileSync } from 'node:fs';
   const directory: string = process.env['CDK_OUTDIR'] ?? '';
   mkdirSync(directory);
   writeFileSync(directory + '/template', ${template});`;

/** Creates a CDK app that has been synthesized, and returns its directory. */
async function createApp(source: string): Promise<string> {
  const directory = await createProject(source);
  const compilerOptions = { composite: true, outDir: 'out', module: 'nodenext', lib: ['es5'], types: [] };
  await writeFile(
    path.join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['src'] }),
  );
  // The compiler needs seconds for @types/node.
  await writeFile(
    path.join(directory, 'src/node.d.ts'),
    `declare module 'node:fs' {
       function mkdirSync(directory: string): void;
       function writeFileSync(file: string, text: string): void;
     }
     declare const process: { env: Record<string, string | undefined> };`,
  );
  await writeFile(path.join(directory, 'cdk.json'), '{"context":{}}');
  await mkdir(path.join(directory, 'node_modules'));
  await symlink(
    path.resolve(import.meta.dirname, '../../../node_modules/typescript'),
    path.join(directory, 'node_modules/typescript'),
  );
  await mkdir(path.join(directory, 'cdk.out'));
  await writeFile(path.join(directory, 'cdk.out/template'), 'of nx synth');
  await writeFile(path.join(directory, 'cdk.out/manifest.json'), '{}');
  return directory;
}

test('watchApp replaces the assembly only when the app runs and its types are correct', async () => {
  const directory = await createApp(app('"first"'));
  const reports: (string | undefined)[] = [];
  const assembly = await linkAssembly({ directory });
  const template = (): Promise<string> => readFile(path.join(assembly, 'template'), 'utf8');
  await watchApp(
    { directory, entryPoints: ['src/main.ts'], tsConfig: 'tsconfig.json' },
    assembly,
    (failure) => void reports.push(failure),
  );
  await vi.waitFor(() => expect(reports).toHaveLength(1), SLOW);
  expect(await template()).toBe('of nx synth');

  for (const [source, failure] of [
    ['Number("second".lenght)', /Property 'lenght' does not exist/],
    ['fail("no template")', /Cannot find name 'fail'/],
  ] as const) {
    await writeFile(path.join(directory, 'src/main.ts'), app(source));
    await vi.waitFor(() => expect(reports.at(-1)).toMatch(failure), SLOW);
    expect(await template()).toBe('of nx synth');
  }
  await writeFile(path.join(directory, 'src/main.ts'), app('"third"'));
  await vi.waitFor(async () => expect(await template()).toBe('third'), SLOW);
  await vi.waitFor(() => expect(reports.at(-1)).toBeUndefined(), SLOW);
}, 400_000);

test('watchApp synthesizes after a change of cdk.json, and tells when it starts', async () => {
  const directory = await createApp(app("process.env['CDK_CONTEXT_JSON'] ?? ''"));
  const assembly = await linkAssembly({ directory });
  const reports: (string | undefined)[] = [];
  const started = vi.fn();
  await watchApp(
    { directory, entryPoints: ['src/main.ts'], tsConfig: 'tsconfig.json' },
    assembly,
    (failure) => void reports.push(failure),
    started,
  );
  await vi.waitFor(() => expect(reports).toEqual([undefined]), SLOW);
  expect(started).not.toHaveBeenCalled();
  await writeFile(path.join(directory, 'cdk.json'), '{"context":{"capacity":"lambda"}}');
  await vi.waitFor(() => expect(started).toHaveBeenCalledOnce(), SLOW);
  await vi.waitFor(() => expect(reports).toEqual([undefined, undefined]), SLOW);
  expect(await readFile(path.join(assembly, 'template'), 'utf8')).toBe('{"capacity":"lambda"}');
}, 200_000);

test('watchApp bundles packages that export TypeScript, and not built ones, whose files an Nx command may replace at any time', async () => {
  const directory = await createApp(
    `import { first } from 'sources';\nimport { second } from 'built';\n${app('first + second')}`,
  );
  for (const [name, file, source] of [
    ['sources', 'index.ts', 'export const first: string = "first";'],
    ['built', 'index.js', 'export const second = "second";'],
  ] as const) {
    const folder = path.join(directory, 'node_modules', name);
    await mkdir(folder);
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ type: 'module', exports: `./${file}` }),
    );
    await writeFile(path.join(folder, file), source);
  }
  await writeFile(path.join(directory, 'node_modules/built/index.d.ts'), 'export const second: string;');
  expect(await synthesizedByWatch(directory)).toBe('firstsecond');
  const bundle = await readFile(path.join(directory, 'tmp/main.js'), 'utf8');
  expect(bundle).toMatch(/from ?"built"/);
  expect(bundle).not.toMatch(/from ?"sources"/);
}, 200_000);

/** Watches an app whose assembly is older than its sources, and returns the template that this synthesizes. */
async function synthesizedByWatch(directory: string): Promise<string> {
  await utimes(path.join(directory, 'cdk.out/manifest.json'), 1_000_000_000, 1_000_000_000);
  const assembly = await linkAssembly({ directory });
  const reports: (string | undefined)[] = [];
  await watchApp(
    { directory, entryPoints: ['src/main.ts'], tsConfig: 'tsconfig.json' },
    assembly,
    (failure) => void reports.push(failure),
  );
  await vi.waitFor(() => expect(reports).toEqual([undefined]), SLOW);
  return readFile(path.join(assembly, 'template'), 'utf8');
}

test('watchApp synthesizes a change that was made between `nx synth` and the first build', async () => {
  const directory = await createApp(app('"changed"'));
  expect(await synthesizedByWatch(directory)).toBe('changed');
}, 200_000);

test('watchApp synthesizes with the stage and capacity of the environment, as `nx synth` does', async () => {
  vi.stubEnv('INFRA_CAPACITY', 'lambda');
  onTestFinished(() => void vi.unstubAllEnvs());
  const directory = await createApp(app("process.env['CDK_CONTEXT_JSON'] ?? ''"));
  await writeFile(path.join(directory, 'cdk.json'), '{"context":{"project":"mine","capacity":"fargate"}}');
  const context = JSON.parse(await synthesizedByWatch(directory)) as object;
  expect(context).toEqual({ project: 'mine', capacity: 'lambda' });
}, 200_000);
