import { expect, test } from 'vitest';
import { fakeAws, operated } from '../../../test/operations/operated';
import { temporaryDirectory } from '../../../test/synthesized';

test('one region of one account is bootstrapped, away from any app', async () => {
  const aws = await fakeAws();
  aws.parameters.clear();
  const directory = temporaryDirectory();
  const { exitCode, text, cdkRuns } = await operated(aws, 'bootstrap --region=eu-west-1', { directory });
  expect(exitCode).toBe(0);
  expect(cdkRuns).toMatchObject([
    { args: ['bootstrap', 'aws://123456789012/eu-west-1'], env: { AWS_REGION: 'eu-west-1' } },
  ]);
  expect(cdkRuns[0]?.directory).not.toBe(directory);
  expect(text).toContain('creates or updates the stack CDKToolkit');
  expect(text).toContain('npx nx deploy infra');
});

test('somebody at a terminal is asked', async () => {
  const aws = await fakeAws();
  const { exitCode, text, cdkRuns } = await operated(aws, 'bootstrap', {
    directory: temporaryDirectory(),
    answers: ['n'],
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('it is at version 21');
  expect(cdkRuns).toEqual([]);
});

test('a failure of the CDK is one of the command', async () => {
  const aws = await fakeAws();
  const { exitCode, text } = await operated(aws, 'bootstrap --yes', {
    directory: temporaryDirectory(),
    context: { cdk: async () => 3 },
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('cdk bootstrap ended with 3');
});
