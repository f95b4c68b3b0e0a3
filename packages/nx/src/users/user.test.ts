import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeAws, run, temporaryDirectory } from '../../test/run';

/** Deploys a stage without users. `account` reads a file in `outputs`. */
async function stage() {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} });
  const directory = temporaryDirectory();
  const account = (file: string) =>
    JSON.parse(readFileSync(join(directory, 'outputs', file), 'utf8')) as Record<string, string>;
  return { aws, directory, account };
}

test('creates a user with a temporary password, in a file that only its owner can read', async () => {
  const { aws, directory, account } = await stage();
  const { exitCode, text } = await run(aws, 'user --email=ada@example.com', { directory });
  expect(exitCode).toBe(0);
  const { username, password = '' } = account('dev.user.ada%40example.com.json');
  expect(username).toBe('ada@example.com');
  expect(aws.cognito.users.get('ada@example.com')).toEqual({
    status: 'FORCE_CHANGE_PASSWORD',
    password,
    attributes: { email: 'ada@example.com', email_verified: 'true' },
    invitations: 0,
  });
  expect(statSync(join(directory, 'outputs/dev.user.ada%40example.com.json')).mode & 0o777).toBe(0o600);
  expect(text).toContain('The login page asks for a new password, within 3 days');
  expect(text).not.toContain(password);
});

test('sets a new password of an existing user, and replaces the file', async () => {
  const { aws, directory, account } = await stage();
  await run(aws, 'user --email=ada@example.com', { directory });
  const first = account('dev.user.ada%40example.com.json');
  const { text } = await run(aws, 'user --email=ada@example.com --permanent', { directory });
  const second = account('dev.user.ada%40example.com.json');
  expect(text).toContain('ada@example.com has a new password');
  expect(second['password']).not.toBe(first['password']);
  expect(aws.cognito.users.get('ada@example.com')).toMatchObject({
    status: 'CONFIRMED',
    password: second['password'],
  });
});

test('revokes the refresh tokens of a user who gets a new password', async () => {
  const { aws, directory } = await stage();
  await run(aws, 'user --e2e', { directory });
  const [user] = aws.cognito.users.values();
  Object.assign(user ?? {}, { isSignedIn: true });
  const { text } = await run(aws, 'user --e2e', { directory });
  expect(user).toMatchObject({ isSignedIn: false });
  expect(text).toContain('The refresh tokens of the user are revoked');
});

test('creates a user with a permanent password', async () => {
  const { aws, directory } = await stage();
  await run(aws, 'user --email=ada@example.com --permanent', { directory });
  expect(aws.cognito.users.get('ada@example.com')).toMatchObject({ status: 'CONFIRMED', invitations: 0 });
});

test('sets a temporary password of a confirmed user', async () => {
  const { aws, directory } = await stage();
  await run(aws, 'user --email=ada@example.com --permanent', { directory });
  await run(aws, 'user --email=ada@example.com', { directory });
  expect(aws.cognito.users.get('ada@example.com')).toMatchObject({ status: 'FORCE_CHANGE_PASSWORD' });
});

test('invites a new user, also again, but not a confirmed user', async () => {
  const { aws, directory } = await stage();
  const invite = () => run(aws, 'user --email=ada@example.com --invite', { directory });
  expect((await invite()).exitCode).toBe(0);
  expect((await invite()).exitCode).toBe(0);
  expect(aws.cognito.users.get('ada@example.com')).toMatchObject({ invitations: 2 });
  await run(aws, 'user --email=ada@example.com --permanent', { directory });
  const refused = await invite();
  expect(refused.exitCode).toBe(1);
  expect(refused.text).toContain('ada@example.com is CONFIRMED');
});

test('creates a user in several groups', async () => {
  const { aws, directory } = await stage();
  for (const name of ['admins', 'editors', 'readers']) aws.cognito.groups.set(name, new Set());
  const line = 'user --email=ada@example.com --group=admins --group=editors';
  const { exitCode, text } = await run(aws, line, { directory });
  expect(exitCode).toBe(0);
  expect(Object.fromEntries(aws.cognito.groups)).toEqual({
    admins: new Set(['ada@example.com']),
    editors: new Set(['ada@example.com']),
    readers: new Set(),
  });
  expect(text).toContain('ada@example.com can sign in');
  expect(text).toContain('ada@example.com is in admins, editors');
});

test('adds an existing user to a group without a new password, unless --permanent is set', async () => {
  const { aws, directory } = await stage();
  aws.cognito.groups.set('admins', new Set());
  await run(aws, 'user --email=ada@example.com --permanent', { directory });
  const before = aws.cognito.users.get('ada@example.com')?.password;
  const { text } = await run(aws, 'user --email=ada@example.com --group=admins', { directory });
  expect(aws.cognito.groups.get('admins')).toEqual(new Set(['ada@example.com']));
  expect(aws.cognito.users.get('ada@example.com')).toMatchObject({ status: 'CONFIRMED', password: before });
  expect(text).not.toContain('password');
  await run(aws, 'user --email=ada@example.com --group=admins --permanent', { directory });
  expect(aws.cognito.users.get('ada@example.com')?.password).not.toBe(before);
});

test('adds invited users and the user of the tests to groups', async () => {
  const { aws, directory } = await stage();
  aws.cognito.groups.set('admins', new Set());
  await run(aws, 'user --email=ada@example.com --invite --group=admins', { directory });
  await run(aws, 'user --e2e --group=admins', { directory });
  expect(aws.cognito.groups.get('admins')).toEqual(new Set(aws.cognito.users.keys()));
});

test('changes nothing when a group does not exist, and names the groups', async () => {
  const { aws, directory } = await stage();
  for (const name of ['admins', 'editors']) aws.cognito.groups.set(name, new Set());
  const line = 'user --email=ada@example.com --group=admins --group=owners';
  const { exitCode, text } = await run(aws, line, { directory });
  expect(exitCode).toBe(1);
  expect(text).toContain('The user pool of spa-on-aws-dev has no group owners. Its groups: admins, editors.');
  expect(text).toContain('use --group with one of them');
  expect(aws.cognito.users.size).toBe(0);
  expect(aws.cognito.groups.get('admins')).toEqual(new Set());
});

test('creates the user of the end-to-end tests with a permanent password', async () => {
  const { aws, directory, account } = await stage();
  const { text } = await run(aws, 'user --e2e', { directory });
  const { username = '', password } = account('dev.e2e-user.json');
  expect(aws.cognito.users.get(username)).toMatchObject({ status: 'CONFIRMED', password });
  expect(text).toContain('npx nx e2e web-e2e -c deployed');
});

test('does not create the user of the tests when a second factor is required', async () => {
  const { aws, directory } = await stage();
  aws.cognito.mfa = 'ON';
  const { exitCode, text } = await run(aws, 'user --e2e', { directory });
  expect(exitCode).toBe(1);
  expect(text).toContain('requires a second factor');
  expect(aws.cognito.users.size).toBe(0);
});

test.each([
  ['user', '--email is missing'],
  ['user --email=ada', "'ada' is not an email address"],
  ['user --email=a@b.example --group=team\u0007a', 'is not a group name'],
  ['user --email=a@b.example --invite --permanent', 'exclude each other'],
])('rejects %s before any request to AWS: %s', async (line, problem) => {
  const { aws, directory } = await stage();
  const { exitCode, text } = await run(aws, line, { directory });
  expect(exitCode).toBe(2);
  expect(text).toContain(problem);
  expect(aws.calls).toEqual([]);
});

test('reports a stage that is not deployed, with the deployed stages', async () => {
  const { aws, directory } = await stage();
  const { exitCode, text } = await run(aws, 'user --stage=pr-9 --email=a@b.example', { directory });
  expect(exitCode).toBe(1);
  expect(text).toContain('Stage pr-9 is not deployed in account 123456789012, region eu-central-1');
  expect(text).toContain('Deployed stages: dev.');
});
