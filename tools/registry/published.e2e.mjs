import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishNextVersion, replace } from './next-version.mjs';
import { startRegistry } from './registry.mjs';
import { signInAndFetch } from './sign-in.mjs';

const run = promisify(execFile);

const REPOSITORY = path.join(import.meta.dirname, '../..');
const PACKAGES = (await readdir(path.join(REPOSITORY, 'packages'))).sort();

/** Packages that are programs or plugins, without an entry for code. */
const WITHOUT_TYPES = ['create-spa-on-aws', 'nx'];

/** @type {string} */
let directory;
/** @type {Awaited<ReturnType<typeof startRegistry>>} */
let registry;

beforeAll(async () => {
  directory = await realpath(await mkdtemp(path.join(tmpdir(), 'registry-')));
  registry = await startRegistry(path.join(directory, 'registry'));
  for (const name of PACKAGES) await npm(path.join(REPOSITORY, 'packages', name), 'publish');
});

afterAll(async () => {
  await registry?.close();
  // Processes of nx serve end after npx, and write until then.
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
});

test.for(PACKAGES)('%s can be imported, and its types too', async (name) => {
  const manifest = await manifestOf(name);
  const folder = await emptyFolder(`tarball-${name}`);
  await npm(folder, 'pack', manifest.name);
  const [file = ''] = await readdir(folder);
  const tarball = await readFile(path.join(folder, file));
  const { messages } = await publint({ pack: { tarball: tarball.buffer } });
  // The starter's files are not part of the package's code.
  const own = messages.filter(({ args }) => !/^\.\/dist\/starter\//.test(Object(args).filePath ?? ''));
  expect(own).toEqual([]);
  if (WITHOUT_TYPES.includes(name)) return;
  const attw = path.join(REPOSITORY, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  await run(process.execPath, [attw, path.join(folder, file), '--profile', 'esm-only']);
});

test.for(PACKAGES)('%s contains the licenses of the packages in its bundles', async (name) => {
  const manifest = await manifestOf(name);
  const folder = await emptyFolder(`licenses-${name}`);
  await npm(folder, 'pack', manifest.name);
  const [file = ''] = await readdir(folder);
  await run('tar', ['-xzf', file], { cwd: folder });
  const entries = await readdir(folder, { recursive: true });
  /** @param {RegExp} pattern */
  const texts = (pattern) =>
    Promise.all(
      entries
        .filter((entry) => pattern.test(entry))
        .map((entry) => readFile(path.join(folder, entry), 'utf8')),
    );

  const notices = (await texts(/THIRD-PARTY-NOTICES/)).join('\n');
  // esbuild lists the modules of each file in a metafile, which stays here. tsdown names them in comments.
  const metafile = path.join(REPOSITORY, 'packages', name, 'dist/meta.json');
  const { outputs = {} } = existsSync(metafile) ? JSON.parse(await readFile(metafile, 'utf8')) : {};
  const modules = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0),
  );
  const code = await texts(/^package\/(dist|contract)\/.*\.js$/);
  const bundled = [
    ...modules,
    ...code.flatMap((text) => text.match(/^\/\/.*node_modules\/.*$/gm) ?? []),
  ].flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  expect(bundled.length > 0).toBe(existsSync(path.join(folder, 'package/dist/THIRD-PARTY-NOTICES.txt')));
  expect([...new Set(bundled)].filter((one) => !notices.includes(`\n${one} `))).toEqual([]);
  if (name === 'local-cloud') expect(notices).toMatch(/^## react-dom - .* \(MIT\)\n\nMIT License$/m);

  const components = (await texts(/sbom\.cdx\.json$/)).flatMap((sbom) => JSON.parse(sbom).components);
  const others = components.filter(
    ({ licenses = [] }) =>
      !licenses.some(({ license, expression }) => PERMISSIVE.test(expression ?? license.id)),
  );
  // Its package.json has the MIT license in an older form.
  expect(others.map((component) => component.name)).toEqual(name === 'local-cloud' ? ['lazy'] : []);
});

test.for(PACKAGES)('the README of %s tells its installed size', async (name) => {
  const folder = await emptyFolder(`size-${name}`);
  await npm(folder, 'install', '--omit=peer', '--no-audit', (await manifestOf(name)).name);
  const megabytes = await megabytesIn(path.join(folder, 'node_modules'));
  const told = Number(/^Installed size, with its dependencies: ([\d.]+) MB/m.exec(await readmeOf(name))?.[1]);
  expect(Math.abs(told - megabytes), `${megabytes.toFixed(1)} MB`).toBeLessThan(0.1 + megabytes / 5);
});

test('the first example of sign-in compiles, and bundles', async () => {
  const folder = await emptyFolder('sign-in-example');
  const [, command = ''] = /```sh\nnpm (install .*)\n/.exec(await readmeOf('sign-in')) ?? [];
  const { devDependencies } = JSON.parse(await readFile(path.join(REPOSITORY, 'package.json'), 'utf8'));
  const others = ['typescript', '@types/react', '@types/react-dom', 'esbuild'];
  const { devDependencies: own } = await manifestOf('sign-in');
  await npm(
    folder,
    ...command.split(' '),
    ...['react', 'react-dom'].map((one) => `${one}@${own[one]}`),
    ...others.map((one) => `${one}@${devDependencies[one]}`),
  );
  const example = /```tsx\n(?<code>.*?)```/s.exec(await readmeOf('sign-in'))?.groups?.['code'] ?? '';
  await writeFile(path.join(folder, 'main.tsx'), example);
  const options = [
    '--strict',
    '--noEmit',
    '--jsx',
    'react-jsx',
    '--target',
    'es2023',
    '--module',
    'preserve',
  ];
  await npx(folder, '--', 'tsc', ...options, 'main.tsx');
  await npx(folder, '--', 'esbuild', 'main.tsx', '--bundle', '--jsx=automatic', '--outfile=main.js');
  expect(await readFile(path.join(folder, 'main.js'), 'utf8')).toContain('1example23456789');
});

test('local-cloud runs a template in an empty folder, by npx', async () => {
  const folder = await emptyFolder('npx');
  await cp(path.join(REPOSITORY, 'packages/local-cloud/test/three-templates'), folder, { recursive: true });
  const ports = ['port', 'cognito-port', 'api-gateway-port', 'console-port'].flatMap((name) => [
    `--${name}`,
    '0',
  ]);
  const parameters = ['Prefix=sample', 'SiteUrl=http://localhost:4300'].flatMap((value) => [
    '--parameter',
    value,
  ]);
  const cloud = spawn(
    'npx',
    ['--yes', '@spa-on-aws/local-cloud', '--template', 'pool.yaml', ...parameters, ...ports],
    { cwd: folder, env: registry.env, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const ended = once(cloud, 'exit');
  try {
    /** @type {string | undefined} */
    let consoleUrl;
    for await (const line of createInterface(cloud.stdout)) {
      consoleUrl = /Console\s+(\S+)/.exec(line)?.[1];
      if (consoleUrl) break;
    }
    expect(consoleUrl).toBeDefined();
    const page = await fetch(`${consoleUrl}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id="root">');
  } finally {
    process.kill(-(cloud.pid ?? 0), 'SIGTERM');
    await ended;
  }
});

test('template-checks and local-cloud work on a CDK app of ten lines', async () => {
  const folder = await emptyFolder('cdk-app');
  await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await npm(folder, 'install', '@spa-on-aws/template-checks', '@spa-on-aws/local-cloud', ...(await cdk()));
  await writeFile(path.join(folder, 'app.js'), CDK_APP);
  await run(process.execPath, ['app.js'], { cwd: folder, env: { ...registry.env, CDK_OUTDIR: 'cdk.out' } });

  const { stdout: report } = await npx(folder, 'template-checks', 'verify', '--only', 'https-only');
  expect(report).toContain('✔ https-only');
  const { stdout: inspected } = await npx(folder, 'local-cloud', 'inspect', 'cdk.out');
  expect(inspected).toContain('AWS::CloudFront::Distribution');

  // The first example of the README, as it is.
  const example = /```js\n(?<code>.*?)```/s.exec(await readmeOf('cloudformation'))?.groups?.['code'] ?? '';
  await writeFile(path.join(folder, 'list.mjs'), example);
  const { stdout: list } = await run(process.execPath, ['list.mjs'], { cwd: folder });
  expect(list).toMatch(/^\S+ AWS::S3::Bucket$/m);
});

test(
  'a workspace of npm create signs in, gets an endpoint by the generator, and a new version by the migration',
  { timeout: 1_800_000 },
  async () => {
    const folder = await emptyFolder('create');
    await npm(folder, 'create', '--yes', 'spa-on-aws', 'my-shop', '--', '--yes');
    const workspace = path.join(folder, 'my-shop');
    await npm(workspace, 'install', '--no-audit', '--no-fund');
    const folders = ['.', 'apps/api', 'apps/web', 'apps/web-e2e', 'libs/infra', 'libs/shared-types'];
    const installed = folders.map((one) => path.join(workspace, one, 'node_modules')).filter(existsSync);
    const sizes = await Promise.all(installed.map(megabytesIn));
    const megabytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(megabytes).toBeLessThan(500);
    const [, told] = /about (\d+) MB of `node_modules`/.exec(await readmeOf('create-spa-on-aws')) ?? [];
    expect(Math.abs(Number(told) - megabytes), `${megabytes.toFixed(1)} MB`).toBeLessThan(5);
    const { stdout: projects } = await npx(workspace, 'nx', 'show', 'projects', '--json');
    expect(JSON.parse(projects).sort()).toEqual(['api', 'infra', 'shared-types', 'web', 'web-e2e']);
    await npx(workspace, 'nx', 'sync:check');
    expect(await signInAndFetch(workspace, registry.env)).toBe('Hello, World!');

    await npx(workspace, 'nx', 'g', '@spa-on-aws/nx:endpoint', 'orders');
    const touched = ['--parallel=1', '-p', 'api', 'web', 'shared-types'];
    await npx(workspace, 'nx', 'run-many', '-t', 'typecheck', 'test', ...touched);

    const change = {
      file: 'apps/api/src/app.ts',
      from: '/** Creates the API. It does not listen. */',
      to: '/** Creates the API of the new version. It does not listen. */',
    };
    const names = await Promise.all(PACKAGES.map(async (name) => (await manifestOf(name)).name));
    const version = await publishNextVersion(path.join(directory, 'next'), names, registry.env, change);
    const strings = path.join(workspace, 'apps/web/src/shared/strings.ts');
    await replace(strings, "skip: 'Skip to content'", "skip: 'Skip to our content'");

    await npx(workspace, 'nx', 'migrate', '@spa-on-aws/nx');
    await npm(workspace, 'install', '--no-audit', '--no-fund');
    await npx(workspace, 'nx', 'migrate', '--run-migrations');
    const app = await readFile(path.join(workspace, change.file), 'utf8');
    expect(app).toContain(change.to);
    expect(app).toContain('routes.use(greetingRouter(greetingIds), ordersRouter(), openApiRouter());');
    expect(await readFile(strings, 'utf8')).toContain("skip: 'Skip to our content'");
    const manifest = JSON.parse(await readFile(path.join(workspace, 'package.json'), 'utf8'));
    expect(manifest['create-spa-on-aws'].version).toBe(version);
    const tools = names.filter((name) => name.startsWith('@'));
    expect(manifest.devDependencies).toMatchObject(Object.fromEntries(tools.map((tool) => [tool, version])));
    await npx(workspace, 'nx', 'run-many', '-t', 'typecheck', ...touched);
  },
);

test('every package in the lock file has a license that permits its use', async () => {
  const { packages } = JSON.parse(await readFile(path.join(REPOSITORY, 'package-lock.json'), 'utf8'));
  const others = Object.entries(packages).filter(([name, { license }]) => {
    const choices = String(license).replace(/[()]/g, '').split(' OR ');
    return (
      name.includes('node_modules/') && !packages[name].link && !choices.some((one) => PERMISSIVE.test(one))
    );
  });
  expect(others.map(([name, { license }]) => `${name}: ${license}`)).toEqual([
    // Both have the MIT license: in an older form of package.json, and in a file.
    'node_modules/passport-strategy: undefined',
    'node_modules/union: undefined',
  ]);
});

/** MPL is for the files of the package only: axe-core, lightningcss. */
const PERMISSIVE =
  /^(0BSD|Apache-2\.0|BlueOak-1\.0\.0|BSD-[23]-Clause|CC-BY-[34]\.0|CC0-1\.0|ISC|MIT|MIT-0|MIT AND Zlib|MPL-2\.0|Python-2\.0|Unlicense|WTFPL)$/;

const CDK_APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Distribution, ViewerProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket } from 'aws-cdk-lib/aws-s3';

const app = new App();
const stack = new Stack(app, 'my-app', { env: { account: '123456789012', region: 'eu-west-1' } });
const origin = S3BucketOrigin.withOriginAccessControl(new Bucket(stack, 'Site'));
const viewerProtocolPolicy = ViewerProtocolPolicy.REDIRECT_TO_HTTPS;
new Distribution(stack, 'Distribution', { defaultBehavior: { origin, viewerProtocolPolicy } });
app.synth();
`;

/** Returns the CDK with the versions of this repository. */
async function cdk() {
  const { devDependencies } = await manifestOf('template-checks');
  return ['aws-cdk-lib', 'constructs'].map((name) => `${name}@${devDependencies[name]}`);
}

/** @param {string} name of a folder in packages */
async function manifestOf(name) {
  return JSON.parse(await readFile(path.join(REPOSITORY, 'packages', name, 'package.json'), 'utf8'));
}

/** @param {string} name of a folder in packages */
function readmeOf(name) {
  return readFile(path.join(REPOSITORY, 'packages', name, 'README.md'), 'utf8');
}

/** Returns the size of all files in a folder. Two names of one file count once. @param {string} folder */
async function megabytesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const stats = await Promise.all(files.map((entry) => stat(path.join(entry.parentPath, entry.name))));
  const sizes = new Map(stats.map(({ ino, size }) => [ino, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1e6;
}

/** @param {string} name */
async function emptyFolder(name) {
  const folder = path.join(directory, name);
  await mkdir(folder);
  return folder;
}

/** @param {string} cwd @param {string[]} args */
function npm(cwd, ...args) {
  return run('npm', args, { cwd, env: registry.env });
}

/** @param {string} cwd @param {string[]} args */
function npx(cwd, ...args) {
  return run('npx', ['--no', ...args], { cwd, env: registry.env });
}
