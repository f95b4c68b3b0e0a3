import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServiceError } from '../test/aws/response';
import { fakeAws, run, temporaryDirectory } from '../test/run';
import { EXECUTORS } from './run-executor';

const surroundings = () => ({ directory: temporaryDirectory() });
const unreachable = { url: 'http://127.0.0.1:9' };

test('has all executors of executors.json', () => {
  const { executors } = JSON.parse(readFileSync(join(import.meta.dirname, '../executors.json'), 'utf8'));
  expect(Object.keys(EXECUTORS)).toEqual(Object.keys(executors));
});

const strict = Object.keys(EXECUTORS).filter((name) => name !== 'synth');

test.each(strict)('lists the options of %s after an unknown option', async (name) => {
  const { exitCode, text } = await run(unreachable, `${name} --wrong`, surroundings());
  expect(exitCode).toBe(2);
  expect(text).toContain('✖ --wrong is not an option of this command.');
  expect(text).toContain('Options [environment variable]:');
});

test('passes stage and capacity to cdk synth, and ignores the options of other executors', async () => {
  const { exitCode, cdkRuns } = await run(
    unreachable,
    'synth --stage=pr-1 --capacity=fargate --yes',
    surroundings(),
  );
  expect(exitCode).toBe(0);
  expect(cdkRuns).toMatchObject([
    { args: ['synth', '--quiet', '--strict', '-c', 'stage=pr-1', '-c', 'capacity=fargate'] },
  ]);
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
