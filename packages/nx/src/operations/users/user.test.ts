import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeAws, operated } from '../../../test/operations/operated';
import { temporaryDirectory } from '@spa-on-aws/infra';

/** A stage without people, and a directory for what is known about it. */
async function stage() {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} });
  const directory = temporaryDirectory();
  const account = (file: string) =>
    JSON.parse(readFileSync(join(directory, 'outputs', file), 'utf8')) as Record<string, string>;
  return { aws, directory, account };
}

test('a new person gets a temporary password, by a file that only its owner reads (B10)', async () => {
  const { aws, directory, account } = await stage();
  const { exitCode, text } = await operated(aws, 'user --email=ada@example.com', { directory });
  expect(exitCode).toBe(0);
  const { username, password = '' } = account('dev.user.ada%40example.com.json');
  expect(username).toBe('ada@example.com');
  expect(aws.cognito.people.get('ada@example.com')).toEqual({
    status: 'FORCE_CHANGE_PASSWORD',
    password,
    attributes: { email: 'ada@example.com', email_verified: 'true' },
    invitations: 0,
  });
  expect(statSync(join(directory, 'outputs/dev.user.ada%40example.com.json')).mode & 0o777).toBe(0o600);
  expect(text).toContain('The login page asks for a new password, within 3 days');
  expect(text).not.toContain(password);
});

test('a person who is there already gets a new password, which replaces the file', async () => {
  const { aws, directory, account } = await stage();
  await operated(aws, 'user --email=ada@example.com', { directory });
  const first = account('dev.user.ada%40example.com.json');
  const { text } = await operated(aws, 'user --email=ada@example.com --permanent', { directory });
  const second = account('dev.user.ada%40example.com.json');
  expect(text).toContain('ada@example.com has a new password');
  expect(second['password']).not.toBe(first['password']);
  expect(aws.cognito.people.get('ada@example.com')).toMatchObject({
    status: 'CONFIRMED',
    password: second['password'],
  });
});

test('a permanent password stays from the beginning', async () => {
  const { aws, directory } = await stage();
  await operated(aws, 'user --email=ada@example.com --permanent', { directory });
  expect(aws.cognito.people.get('ada@example.com')).toMatchObject({ status: 'CONFIRMED', invitations: 0 });
});

test('a confirmed person can be given a temporary password', async () => {
  const { aws, directory } = await stage();
  await operated(aws, 'user --email=ada@example.com --permanent', { directory });
  await operated(aws, 'user --email=ada@example.com', { directory });
  expect(aws.cognito.people.get('ada@example.com')).toMatchObject({ status: 'FORCE_CHANGE_PASSWORD' });
});

test('an invitation is sent by Cognito, sent again on demand, and refused for those who are in', async () => {
  const { aws, directory } = await stage();
  const invite = () => operated(aws, 'user --email=ada@example.com --invite', { directory });
  expect((await invite()).exitCode).toBe(0);
  expect((await invite()).exitCode).toBe(0);
  expect(aws.cognito.people.get('ada@example.com')).toMatchObject({ invitations: 2 });
  await operated(aws, 'user --email=ada@example.com --permanent', { directory });
  const refused = await invite();
  expect(refused.exitCode).toBe(1);
  expect(refused.text).toContain('ada@example.com is CONFIRMED');
});

test('the account of the end-to-end tests has an address of its own and stays', async () => {
  const { aws, directory, account } = await stage();
  const { text } = await operated(aws, 'user --e2e', { directory });
  const { username = '', password } = account('dev.e2e-user.json');
  expect(aws.cognito.people.get(username)).toMatchObject({ status: 'CONFIRMED', password });
  expect(text).toContain('npx nx e2e web-e2e -c deployed');
});

test('where a second factor is required, tests get no account', async () => {
  const { aws, directory } = await stage();
  aws.cognito.mfa = 'ON';
  const { exitCode, text } = await operated(aws, 'user --e2e', { directory });
  expect(exitCode).toBe(1);
  expect(text).toContain('requires a second factor');
  expect(aws.cognito.people.size).toBe(0);
});

test.each([
  ['user', '--email is missing'],
  ['user --email=ada', "'ada' is no e-mail address"],
  ['user --email=a@b.example --invite --permanent', 'exclude each other'],
])('%s is refused before AWS is asked: %s', async (line, problem) => {
  const { aws, directory } = await stage();
  const { exitCode, text } = await operated(aws, line, { directory });
  expect(exitCode).toBe(2);
  expect(text).toContain(problem);
  expect(aws.calls).toEqual([]);
});

test('a stage that is not deployed is told, with those that are', async () => {
  const { aws, directory } = await stage();
  const { exitCode, text } = await operated(aws, 'user --stage=pr-9 --email=a@b.example', { directory });
  expect(exitCode).toBe(1);
  expect(text).toContain('Stage pr-9 is not deployed in account 123456789012, region eu-central-1');
  expect(text).toContain('Deployed there: dev.');
});
