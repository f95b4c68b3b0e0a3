import { expect, test } from 'vitest';
import { fakeAws, operated } from '../../test/operations/operated';
import { temporaryDirectory } from '@spa-on-aws/infra';
import { COMMANDS } from './commands';

const surroundings = () => ({ directory: temporaryDirectory() });
const nowhere = { url: 'http://127.0.0.1:9' };

test('without a command, and with --help, all commands are shown', async () => {
  const { exitCode, text } = await operated(nowhere, '--help', surroundings());
  expect(exitCode).toBe(0);
  for (const { name } of COMMANDS) expect(text).toContain(`npx nx ${name} infra`);
});

test.each(COMMANDS.map(({ name }) => name))(
  '%s --help explains itself and each of its options',
  async (name) => {
    const { exitCode, text, cdkRuns } = await operated(nowhere, `${name} --help`, surroundings());
    expect(exitCode).toBe(0);
    expect(cdkRuns).toEqual([]);
    expect(text).toContain(`Usage: npx nx ${name} infra [options]`);
    const options = COMMANDS.find((one) => one.name === name)?.options ?? {};
    for (const [option, { summary, variable }] of Object.entries(options)) {
      expect(text).toContain(`--${option}`);
      expect(text).toContain(summary);
      expect(text).toContain(variable);
    }
  },
);

test.each(COMMANDS.map(({ name }) => name))('%s with a wrong option shows the right ones', async (name) => {
  const { exitCode, text } = await operated(nowhere, `${name} --wrong`, surroundings());
  expect(exitCode).toBe(2);
  expect(text).toContain('✖ --wrong is no option of this command.');
  for (const option of Object.keys(COMMANDS.find((one) => one.name === name)?.options ?? {})) {
    expect(text).toContain(`--${option}`);
  }
});

test('a wrong command shows the right ones', async () => {
  const { exitCode, text } = await operated(nowhere, 'destory', surroundings());
  expect(exitCode).toBe(2);
  expect(text).toContain("✖ 'destory' is no command.");
  expect(text).toContain('npx nx destroy infra');
});

test('an AWS that cannot be reached is a failed check', async () => {
  const { exitCode, text } = await operated(nowhere, 'user --email=a@b.example', surroundings());
  expect(exitCode).toBe(1);
  expect(text).toContain('✖ credentials AWS cannot be reached');
});

test('an AWS that is gone half way is told in words', async () => {
  const aws = await fakeAws();
  const { ServiceError } = await import('../../test/aws/answer');
  aws.failures.set(
    'cloudformation.DescribeStacks',
    new ServiceError('AccessDenied', 'User: ada is not authorized', 403),
  );
  const { exitCode, text } = await operated(aws, 'user --email=a@b.example', surroundings());
  expect(exitCode).toBe(1);
  expect(text).toContain('✖ AWS does not allow it: User: ada is not authorized.');
});

test('a mistake of ours is not hidden', async () => {
  const aws = await fakeAws();
  const broken = () =>
    operated(aws, 'bootstrap --yes', {
      ...surroundings(),
      context: { cdk: () => Promise.reject(new TypeError('a bug')) },
    });
  await expect(broken()).rejects.toThrow('a bug');
});
