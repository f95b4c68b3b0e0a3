import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { FakeAws } from '../aws/fake-aws';
import { temporaryDirectory } from '@spa-on-aws/infra';
import { projectWith } from './stage-assembly';

const ENTRY = join(import.meta.dirname, '../../src/operations/main.ts');

/** Stands for the CDK's command: notes how it is run, says something, and waits to be ended. */
const FAKE_CDK = `
const { appendFileSync } = require('node:fs');
const note = (text) => appendFileSync(process.env.CDK_LOG, text + '\\n');
note(process.argv.slice(2).join(' '));
note(process.env.AWS_REGION + ' ' + process.cwd());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => { note(signal); process.exit(130); });
}
process.stdout.write('cdk is at work\\n');
setInterval(() => undefined, 1000);
`;

/** A workspace as a clone has it: the project with its bundle and an assembly, the CDK beside it. */
async function workspace(): Promise<{ main: string; project: string; cdkLog: string }> {
  const root = temporaryDirectory();
  const project = join(root, 'libs/infra');
  mkdirSync(project, { recursive: true });
  cpSync(projectWith('dev'), project, { recursive: true });
  const main = join(project, 'executors/dist/main.js');
  await build({
    entryPoints: [ENTRY],
    outfile: main,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  const cdk = join(root, 'node_modules/aws-cdk');
  mkdirSync(join(cdk, 'bin'), { recursive: true });
  writeFileSync(join(cdk, 'package.json'), '{"name":"aws-cdk","version":"0.0.0"}');
  writeFileSync(join(cdk, 'bin/cdk'), FAKE_CDK);
  return { main, project, cdkLog: join(root, 'cdk.log') };
}

/** The environment of a process that knows nothing of the machine it runs on. */
function cleanEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    // `true` answers whatever it is asked, as an engine does.
    CONTAINER_ENGINE: 'true',
    ...more,
  };
}

function start(main: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, said: () => text };
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s during a deployment ends the CDK too, and says what state things are in',
  async (signal) => {
    const aws = await FakeAws.start();
    onTestFinished(() => aws.close());
    const { main, project, cdkLog } = await workspace();
    const { child, said } = start(main, ['deploy'], cleanEnvironment({ ...aws.env, CDK_LOG: cdkLog }));
    await until(() => said().includes('cdk is at work'));
    aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} }, { status: 'CREATE_IN_PROGRESS' });
    child.kill(signal);
    expect(await exitCodeOf(child)).toBe(130);
    expect(readFileSync(cdkLog, 'utf8').trim().split('\n')).toEqual([
      'deploy --app cdk.out --require-approval never --progress events spa-on-aws-dev',
      `eu-central-1 ${project}`,
      signal,
    ]);
    expect(said()).toContain('Interrupted. The CDK stops. spa-on-aws-dev was absent');
    expect(said()).toContain('spa-on-aws-dev is CREATE_IN_PROGRESS now.');
  },
);

test('without credentials it gives up, though something listens where a metadata service would', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { main, cdkLog } = await workspace();
  const { child, said } = start(
    main,
    ['deploy'],
    cleanEnvironment({
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    }),
  );
  expect(await exitCodeOf(child)).toBe(1);
  expect(said()).toContain('✖ credentials there are no AWS credentials');
  expect(said()).toContain('✖ region      no region is named');
  expect(said()).toContain('2 checks failed, and nothing has been changed.');
  expect(existsSync(cdkLog)).toBe(false);
});

test('the bundle runs a command against AWS as the SDK finds it, in the profile and region of the files', async () => {
  const aws = await FakeAws.start();
  onTestFinished(() => aws.close());
  aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} });
  const { main, project } = await workspace();
  const config = join(project, 'aws-config');
  writeFileSync(
    config,
    '[profile work]\nregion = eu-west-3\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n',
  );
  const { child, said } = start(
    main,
    ['user', '--e2e', '--profile=work'],
    cleanEnvironment({
      AWS_ENDPOINT_URL: aws.url,
      AWS_CONFIG_FILE: config,
      AWS_EC2_METADATA_DISABLED: 'true',
    }),
  );
  expect(await exitCodeOf(child)).toBe(0);
  expect(said()).toContain('✔ region      eu-west-3');
  expect(existsSync(join(project, 'outputs/dev.e2e-user.json'))).toBe(true);
  expect([...aws.cognito.people.keys()]).toEqual(['e2e@spa-on-aws.example']);
});

test('the bundle explains itself to somebody without AWS, and loads no CDK for it', async () => {
  const { main } = await workspace();
  expect(readFileSync(main, 'utf8')).not.toContain('aws-cdk-lib');
  const { child, said } = start(main, ['deploy', '--help'], cleanEnvironment({}));
  expect(await exitCodeOf(child)).toBe(0);
  expect(said()).toContain('Usage: npx nx deploy infra [options]');
});
