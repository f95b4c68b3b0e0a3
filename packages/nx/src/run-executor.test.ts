import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServiceError } from '../test/aws/response';
import { fakeAws, run, temporaryDirectory } from '../test/run';
import type { CdkCli } from './cdk/cdk-cli';
import { EXECUTORS } from './run-executor';

const surroundings = () => ({ directory: temporaryDirectory() });
const unreachable = { url: 'http://127.0.0.1:9' };

test('has all executors of executors.json', () => {
  const { executors } = JSON.parse(readFileSync(join(import.meta.dirname, '../executors.json'), 'utf8'));
  expect(Object.keys(EXECUTORS)).toEqual(Object.keys(executors));
});

test.each(Object.keys(EXECUTORS))('lists the options of %s after an unknown option', async (name) => {
  const { exitCode, text } = await run(unreachable, `${name} --wrong`, surroundings());
  expect(exitCode).toBe(2);
  expect(text).toContain('✖ --wrong is not an option of this command.');
  expect(text).toContain('Options [environment variable]:');
});

/** Fake of `cdk synth` that writes a file, and ends with an exit code. */
const synthesizing =
  (exitCode: number): CdkCli =>
  async ({ args }) => {
    const output = args[args.indexOf('--output') + 1] ?? '';
    mkdirSync(output, { recursive: true });
    writeFileSync(join(output, 'manifest.json'), 'new');
    return exitCode;
  };

test('passes stage and capacity to cdk synth, and ignores the options of other executors', async () => {
  const { exitCode, cdkRuns } = await run(unreachable, 'synth --stage=pr-1 --capacity=fargate --yes', {
    ...surroundings(),
    context: { cdk: synthesizing(0) },
  });
  expect(exitCode).toBe(0);
  const [{ args = [] } = {}] = cdkRuns;
  expect(args.slice(0, 3)).toEqual(['synth', '--quiet', '--strict']);
  expect(args.slice(-4)).toEqual(['-c', 'stage=pr-1', '-c', 'capacity=fargate']);
});

test.each([
  ['replaces the assembly', 0, ['manifest.json'], 'new'],
  ['keeps the last assembly when it fails', 1, ['asset.old', 'manifest.json'], 'old'],
])('synth %s', async (_effect, exitCode, files, manifest) => {
  const { directory } = surroundings();
  const output = join(directory, 'cdk.out');
  mkdirSync(output);
  for (const file of ['asset.old', 'manifest.json']) writeFileSync(join(output, file), 'old');
  const outcome = await run(unreachable, 'synth', { directory, context: { cdk: synthesizing(exitCode) } });
  expect(outcome.exitCode).toBe(exitCode);
  expect(readdirSync(output).sort()).toEqual(files);
  expect(readFileSync(join(output, 'manifest.json'), 'utf8')).toBe(manifest);
});

test('reports an AWS that cannot be reached as a failed check', async () => {
  const { exitCode, text } = await run(unreachable, 'user --email=a@b.example', surroundings());
  expect(exitCode).toBe(1);
  expect(text).toContain('✖ credentials AWS cannot be reached');
});

test('reports a request that AWS denies', async () => {
  const aws = await fakeAws();
  aws.failures.set(
    'cloudformation.DescribeStacks',
    new ServiceError('AccessDenied', 'User: ada is not authorized', 403),
  );
  const { exitCode, text } = await run(aws, 'user --email=a@b.example', surroundings());
  expect(exitCode).toBe(1);
  expect(text).toContain('✖ AWS denied access: User: ada is not authorized.');
});

test('does not hide a bug', async () => {
  const aws = await fakeAws();
  const cdk = () => Promise.reject(new TypeError('a bug'));
  const broken = run(aws, 'bootstrap --yes', { ...surroundings(), context: { cdk } });
  await expect(broken).rejects.toThrow('a bug');
});
