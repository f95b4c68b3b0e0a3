import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createCognito } from '../cognito';
import { InvalidUsersError } from '../errors';
import { ADA } from '../testing/running-cognito';
import { sampleStack, type SampleChanges } from '../testing/template';
import { SignInState } from '../state';
import { UserDirectory } from './user-directory';
import { readUserPools } from '../model/user-pool';
import { loadUsers, type SeededUser } from './user-file';

async function fileWith(text: string, use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'users-'));
  const file = path.join(folder, 'users.json');
  await writeFile(file, text);
  await use(file).finally(() => rm(folder, { recursive: true }));
}

function directory(changes: SampleChanges, users: readonly SeededUser[]): UserDirectory {
  const [pool] = readUserPools(sampleStack(changes));
  if (!pool) throw new TypeError('The sample stack has a pool.');
  return new UserDirectory(
    pool,
    { source: 'users.json', users },
    { state: new SignInState(), now: Date.now },
  );
}

async function sampleUsers(pool: Record<string, unknown>): Promise<UserDirectory> {
  const [read] = readUserPools(sampleStack({ pool }));
  if (!read) throw new TypeError('The sample stack has a pool.');
  const file = path.join(import.meta.dirname, '../../../../users.json');
  const users = await loadUsers(file, { isSample: true });
  const created = new UserDirectory(read, users, { state: new SignInState(), now: Date.now });
  created.seed();
  return created;
}

test('loadUsers fills in defaults', async () => {
  const text = JSON.stringify([{ username: 'ada', password: 'Correct-horse-9', email: 'ada@example.com' }]);
  await fileWith(text, async (file) => {
    expect(await loadUsers(file)).toEqual({
      source: file,
      users: [
        {
          username: 'ada',
          password: 'Correct-horse-9',
          email: 'ada@example.com',
          emailVerified: true,
          groups: [],
        },
      ],
    });
  });
});

test('loadUsers reports all errors with their places, without passwords', async () => {
  const users = [
    { username: '', password: 'Secret-Secret-1', email: 'ada' },
    { username: 'bob', password: 7, email: 'bob@example.com', admin: true },
  ];
  await fileWith(JSON.stringify(users), async (file) => {
    const error = await loadUsers(file).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidUsersError);
    const { message, faults } = error as InvalidUsersError;
    expect(faults.join('\n')).toMatch(
      /\[0\]\.username.*\n(.*\n)*.*\[0\]\.email.*\n.*\[1\]\.password.*\n.*\[1\].*admin/,
    );
    expect(message).toContain(file);
    expect(message).not.toContain('Secret');
  });
});

test('loadUsers reads all fields and rejects unknown attributes', async () => {
  const ada = {
    username: 'ada',
    password: 'Correct-horse-9',
    email: 'ada@example.com',
    attributes: { given_name: 'Ada', 'custom:team': 'blue' },
    groups: ['editors'],
    temporaryPassword: true,
    totpSecret: 'JBSWY3DPEHPK3PXP',
  };
  await fileWith(JSON.stringify([ada]), async (file) => {
    expect((await loadUsers(file)).users).toEqual([{ ...ada, emailVerified: true }]);
  });
  const wrong = { ...ada, attributes: { shoe: '42' }, totpSecret: 'secret', temporaryPassword: 'yes' };
  await fileWith(JSON.stringify([wrong]), async (file) => {
    const error = (await loadUsers(file).catch((caught: unknown) => caught)) as InvalidUsersError;
    for (const place of ['[0].attributes', '[0].totpSecret', '[0].temporaryPassword']) {
      expect(error.message).toContain(place);
    }
    expect(error.message).toContain('is not a base32 secret of at least 16 characters');
  });
});

test('loadUsers rejects a file that is not JSON without quoting it', async () => {
  await fileWith('[{"password": "Secret-1', async (file) => {
    const error = (await loadUsers(file).catch((caught: unknown) => caught)) as InvalidUsersError;
    expect(error.message).toBe(`${file}: is not JSON.`);
    expect(error.cause).toBeUndefined();
  });
});

test('loadUsers rejects a missing file', async () => {
  await expect(loadUsers('/nowhere/users.json')).rejects.toThrow(
    '/nowhere/users.json: cannot be read (ENOENT).',
  );
});

test('UserDirectory rejects passwords that break the policy, and names every user but no password [CG-AD-03]', () => {
  const users = [
    { ...ADA, password: 'short' },
    { ...ADA, username: 'bob', email: 'bob@example.com', password: 'all-lower-case-1' },
  ];
  const create = () => directory({}, users);
  expect(create).toThrow(InvalidUsersError);
  expect(create).toThrow(
    "users.json: user 'ada': the password policy requires at least 8 characters, an upper-case letter, a number, a symbol (Pool).",
  );
  expect(create).toThrow("user 'bob': the password policy requires an upper-case letter (Pool).");
  expect(create).not.toThrow(/short|all-lower/);
});

test('UserDirectory rejects passwords of more than 256 characters [CG-AD-03]', () => {
  expect(() => directory({}, [{ ...ADA, password: 'Aa1-'.repeat(65) }])).toThrow('at most 256 characters');
});

test('UserDirectory rejects a username that is not the e-mail address (users sign in by e-mail)', () => {
  expect(() => directory({ pool: { UsernameAttributes: ['email'] } }, [ADA])).toThrow(
    "username must be 'ada@example.com'",
  );
});

const WITH_PHONE: SeededUser = {
  ...ADA,
  attributes: { phone_number: '+15555550123', preferred_username: 'countess' },
  phoneNumberVerified: true,
};

test.each([
  [{ UsernameAttributes: ['phone_number'] }, '+15555550123', ['+15555550123'], ['ada@example.com']],
  [
    { UsernameAttributes: ['email', 'phone_number'] },
    'ada@example.com',
    ['ada@example.com', '+15555550123'],
    ['ada'],
  ],
  [
    { AliasAttributes: ['email', 'phone_number', 'preferred_username'] },
    'ada',
    ['ada', 'ada@example.com', '+15555550123', 'Countess'],
    [],
  ],
  [{ AliasAttributes: ['preferred_username'] }, 'ada', ['ada', 'countess'], ['+15555550123']],
])('with %j, users sign in by %s and aliases [CG-AD-05]', (pool, username, names, others) => {
  const users = directory({ pool }, [{ ...WITH_PHONE, username }]);
  users.seed();
  for (const name of names) {
    expect(users.authenticate(name, ADA.password), name).toMatchObject({ outcome: 'password-right' });
  }
  for (const name of others) expect(users.byName(name), name).toBeUndefined();
});

test('a phone number that is not verified is no alias [CG-AD-05]', () => {
  const users = directory({ pool: { AliasAttributes: ['phone_number'] } }, [
    { ...WITH_PHONE, phoneNumberVerified: false },
  ]);
  users.seed();
  expect(users.byName('+15555550123')).toBeUndefined();
});

test.each([
  [{ AliasAttributes: ['email'] }, ['demo@example.com', 'demo']],
  [{ Schema: [{ Name: 'given_name', Required: true }] }, ['demo@example.com']],
])('the sample users adapt to a pool with %j', async (pool, names) => {
  const users = await sampleUsers(pool);
  expect(users.warnings).toEqual([]);
  for (const name of names) {
    expect(users.authenticate(name, 'Local-demo-1')).toMatchObject({ outcome: 'password-right' });
  }
});

test('sample users that a pool does not accept are left out, with a warning', async () => {
  const users = await sampleUsers({ UsernameAttributes: ['phone_number'] });
  expect(users.all()).toEqual([]);
  expect(users.warnings).toHaveLength(3);
  expect(users.warnings[0]).toContain(
    "user 'demo@example.com': users of this pool sign in by phone number, which this user does not have",
  );
});

test('UserDirectory rejects two users whose names differ in case only', () => {
  expect(() => directory({}, [ADA, { ...ADA, username: 'Ada' }])).toThrow(
    "another user of the user pool signs in as 'ada'",
  );
});

test('UserDirectory rejects a group that is not in the template', () => {
  expect(() => directory({}, [{ ...ADA, groups: ['editors'] }])).toThrow(
    "user 'ada': the user pool has no group editors; its groups: none (Pool).",
  );
});

test('createCognito rejects users that a pool does not accept', async () => {
  const users = { source: 'users.json', users: [{ ...ADA, password: 'short' }] };
  const pools = readUserPools(sampleStack());
  const created = createCognito({
    pools,
    users,
    origin: 'http://localhost:1',
    log: pino({ enabled: false }),
  });
  await expect(created).rejects.toThrow(InvalidUsersError);
});
