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

test('users are read with their defaults', async () => {
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

test('every fault of the file is named with its place, and no password', async () => {
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

test('everything that can be said of a user is read, and what no pool knows is named', async () => {
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
    expect(error.message).toContain('is no base32 secret of at least 16 characters');
  });
});

test('a file that is no JSON is refused without repeating it', async () => {
  await fileWith('[{"password": "Secret-1', async (file) => {
    const error = (await loadUsers(file).catch((caught: unknown) => caught)) as InvalidUsersError;
    expect(error.message).toBe(`${file}: is not JSON.`);
    expect(error.cause).toBeUndefined();
  });
});

test('a file that is not there is refused', async () => {
  await expect(loadUsers('/nowhere/users.json')).rejects.toThrow(
    '/nowhere/users.json: cannot be read (ENOENT).',
  );
});

test('CG-AD-03: a password must be one the pool would take; every user that fails is named, and no password', () => {
  const users = [
    { ...ADA, password: 'short' },
    { ...ADA, username: 'bob', email: 'bob@example.com', password: 'all-lower-case-1' },
  ];
  const create = () => directory({}, users);
  expect(create).toThrow(InvalidUsersError);
  expect(create).toThrow(
    "users.json: user 'ada': the password policy asks for at least 8 characters, an upper-case letter, a number, a symbol (Pool).",
  );
  expect(create).toThrow("user 'bob': the password policy asks for an upper-case letter (Pool).");
  expect(create).not.toThrow(/short|all-lower/);
});

test('CG-AD-03: a password of more than 256 characters is refused', () => {
  expect(() => directory({}, [{ ...ADA, password: 'Aa1-'.repeat(65) }])).toThrow('at most 256 characters');
});

test('where people sign in by e-mail, the user name must be the e-mail address', () => {
  expect(() => directory({ pool: { UsernameAttributes: ['email'] } }, [ADA])).toThrow(
    "username must be the e-mail address 'ada@example.com'",
  );
});

test('two people cannot sign in with the same name, case aside', () => {
  expect(() => directory({}, [ADA, { ...ADA, username: 'Ada' }])).toThrow("somebody who signs in as 'ada'");
});

test('a group must be in the template', () => {
  expect(() => directory({}, [{ ...ADA, groups: ['editors'] }])).toThrow('the template has no group editors');
});

test('the service does not start with users a pool would refuse', async () => {
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
