import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { FakeAws } from './aws/fake-aws';
import { BUILDS_FOR_ARM, engineDirectory } from './engines';
import { optionsOf, projectWith, temporaryDirectory } from './run';

const PACKAGE = join(import.meta.dirname, '..');

/** Fake of the CDK CLI: logs how it is run, prints a line, and waits for a signal. */
const FAKE_CDK = `
const { appendFileSync } = require('node:fs');
const log = (text) => appendFileSync(process.env.CDK_LOG, text + '\\n');
log(process.argv.slice(2).join(' '));
log(process.env.AWS_REGION + ' ' + process.cwd());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => { log(signal); process.exit(130); });
}
process.stdout.write('cdk is running\\n');
setInterval(() => undefined, 1000);
`;

/** Creates a workspace with the bundle of this package, a project with an assembly, and a fake CDK. */
async function workspace(): Promise<{ main: string; project: string; cdkLog: string }> {
  const root = temporaryDirectory();
  const project = join(root, 'libs/infra');
  cpSync(projectWith('dev'), project, { recursive: true });
  const plugin = join(root, 'node_modules/@spa-on-aws/nx');
  cpSync(join(PACKAGE, 'schemas'), join(plugin, 'schemas'), { recursive: true });
  const main = join(plugin, 'dist/main.js');
  await build({
    entryPoints: [join(PACKAGE, 'src/main.ts')],
    outdir: join(plugin, 'dist'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['libxmljs2', 'xmlbuilder2'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  writeFileSync(join(plugin, 'package.json'), '{"type":"module"}');
  const cdk = join(root, 'node_modules/aws-cdk');
  mkdirSync(join(cdk, 'bin'), { recursive: true });
  writeFileSync(join(cdk, 'package.json'), '{"name":"aws-cdk","version":"0.0.0"}');
  writeFileSync(join(cdk, 'bin/cdk'), FAKE_CDK);
  return { main, project, cdkLog: join(root, 'cdk.log') };
}

/** Returns an environment without the settings of this machine. */
function cleanEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    CONTAINER_ENGINE: join(engineDirectory({ podman: BUILDS_FOR_ARM }), 'podman'),
    ...more,
  };
}

function start({ main, project }: { main: string; project: string }, line: string, env: NodeJS.ProcessEnv) {
  const { executor, options } = optionsOf(line);
  const run = {
    executor,
    options,
    workspaceRoot: join(project, '../..'),
    projectRoot: project,
    projectName: 'infra',
  };
  const child = spawn(process.execPath, [main, JSON.stringify(run)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output: () => text };
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s during a deployment ends the CDK, and prints the status of the stack',
  async (signal) => {
    const aws = await FakeAws.start();
    onTestFinished(() => aws.close());
    const created = await workspace();
    const { project, cdkLog } = created;
    const { child, output } = start(created, 'deploy', cleanEnvironment({ ...aws.env, CDK_LOG: cdkLog }));
    await until(() => output().includes('cdk is running'));
    aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} }, { status: 'CREATE_IN_PROGRESS' });
    child.kill(signal);
    expect(await exitCodeOf(child)).toBe(130);
    expect(readFileSync(cdkLog, 'utf8').trim().split('\n')).toEqual([
      'deploy --app cdk.out --require-approval never --progress events spa-on-aws-dev',
      `eu-central-1 ${project}`,
      signal,
    ]);
    expect(output()).toContain('Interrupted. The CDK stops. spa-on-aws-dev was absent');
    expect(output()).toContain('spa-on-aws-dev is CREATE_IN_PROGRESS now.');
  },
);

test('fails without credentials, also when the instance metadata service does not respond', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const created = await workspace();
  const { child, output } = start(
    created,
    'deploy',
    cleanEnvironment({
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    }),
  );
  expect(await exitCodeOf(child)).toBe(1);
  expect(output()).toContain('✖ credentials there are no AWS credentials');
  expect(output()).toContain('✖ region      no region is set');
  expect(output()).toContain('2 checks failed. Nothing was changed.');
  expect(existsSync(created.cdkLog)).toBe(false);
});

test('uses the profile and region of the AWS configuration files', async () => {
  const aws = await FakeAws.start();
  onTestFinished(() => aws.close());
  aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} });
  const created = await workspace();
  const { project } = created;
  const config = join(project, 'aws-config');
  writeFileSync(
    config,
    '[profile work]\nregion = eu-west-3\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n',
  );
  const { child, output } = start(
    created,
    'user --e2e --profile=work',
    cleanEnvironment({
      AWS_ENDPOINT_URL: aws.url,
      AWS_CONFIG_FILE: config,
      AWS_EC2_METADATA_DISABLED: 'true',
    }),
  );
  expect(await exitCodeOf(child)).toBe(0);
  expect(output()).toContain('✔ region      eu-west-3');
  expect(existsSync(join(project, 'outputs/dev.e2e-user.json'))).toBe(true);
  expect([...aws.cognito.users.keys()]).toEqual(['e2e@spa-on-aws.example']);
});
