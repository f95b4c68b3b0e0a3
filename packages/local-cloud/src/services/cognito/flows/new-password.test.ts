import { expect, test } from 'vitest';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito } from '../testing/running-cognito';
import type { SeededUser } from '../users/user-file';

const NEWCOMER: SeededUser = { ...ADA, password: 'Temporary-1', temporaryPassword: true, name: undefined };
const DAY = 86_400_000;

test('a temporary password leads to the new-password page, and then to the callback [CG-LG-02, CG-AD-01]', async () => {
  const { browser, close } = await startCognito({}, { users: [NEWCOMER] });
  const visitor = browser();
  const page = await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'Temporary-1');
  expect(page.status).toBe(200);
  expect(visitor.cookies.has('cognito')).toBe(false);
  const text = await page.text();
  expect(text).toContain('<h1>Choose your password</h1>');
  for (const rule of ['at least 8 characters', 'an upper-case letter', 'a number', 'a symbol']) {
    expect(text).toContain(`<li>${rule}</li>`);
  }
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  const answer = await visitor.comeBack(await visitor.submitForm(text, own));
  expect(answer.get('state')).toBe('a-state');
  expect((await visitor.redeem(answer.get('code'))).status).toBe(200);
  await close();
});

test('the new password replaces the temporary one [CG-LG-02]', async () => {
  const { browser, close } = await startCognito({}, { users: [NEWCOMER] });
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  await visitor.submitForm(await visitor.submitLogin(path, 'ada', 'Temporary-1'), own);
  expect((await visitor.submitLogin(path, 'ada', 'Temporary-1')).status).toBe(200);
  expect((await visitor.submitLogin(path, 'ada', 'My-own-word-2')).status).toBe(302);
  await close();
});

test.each([
  [
    'too weak',
    'weak',
    'weak',
    'The new password needs at least 8 characters, an upper-case letter, a number, a symbol.',
  ],
  ['typed differently', 'My-own-word-2', 'My-own-word-3', 'The two passwords are not the same.'],
  ['empty', '', '', 'The new password needs at least 8 characters'],
])(
  'the new-password page rejects a password that is %s [CG-LG-02, CG-AD-03]',
  async (_case, first, second, problem) => {
    const { browser, close } = await startCognito({}, { users: [NEWCOMER] });
    const visitor = browser();
    const page = await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'Temporary-1');
    const again = await visitor.submitForm(page, { new_password: first, confirm_password: second });
    const text = await again.text();
    expect(text).toContain(problem);
    expect(text).toMatch(/aria-invalid="true"/);
    expect(visitor.cookies.has('cognito')).toBe(false);
    const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
    expect((await visitor.submitForm(text, own)).status).toBe(302);
    await close();
  },
);

test('the new-password page asks for missing required attributes, which are then in the ID token [CG-LG-02]', async () => {
  const Schema = ['name', 'birthdate', 'email'].map((Name) => ({ Name, Required: true }));
  const { browser, close } = await startCognito({ pool: { Schema } }, { users: [NEWCOMER] });
  const visitor = browser();
  const page = await (await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'Temporary-1')).text();
  expect(page).toContain('Birth date</label>');
  expect(page).toContain('Name</label>');
  expect(page).not.toContain('Email address</label>');
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  const again = await (await visitor.submitForm(page, { ...own, 'attribute.name': 'Ada "L"' })).text();
  expect(again).toMatch(/role="alert"[^>]*>Birth date is required\.</);
  expect(again).toContain('value="Ada &quot;L&quot;"');
  const all = {
    ...own,
    'attribute.name': 'Ada L',
    'attribute.birthdate': '1815-12-10',
    'attribute.email': 'x@y.z',
  };
  const answer = await visitor.comeBack(await visitor.submitForm(again, all));
  const { body } = await visitor.redeem(answer.get('code'));
  expect(payloadOf(body.id_token)).toMatchObject({
    name: 'Ada L',
    birthdate: '1815-12-10',
    email: 'ada@example.com',
  });
  await close();
});

test('createCognito rejects a confirmed user without required attributes', async () => {
  const Schema = [{ Name: 'birthdate', Required: true }];
  await expect(startCognito({ pool: { Schema } })).rejects.toThrow(
    "user 'ada': the user pool requires birthdate for users whose password is not temporary",
  );
});

test('a temporary password expires by the policy, and only the right one gets that message [CG-LG-03]', async () => {
  let time = Date.now();
  const Policies = { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } };
  const { browser, close } = await startCognito(
    { pool: { Policies } },
    { users: [NEWCOMER], now: () => time },
  );
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  time += 3 * DAY - 1_000;
  expect(await (await visitor.submitLogin(path, 'ada', 'Temporary-1')).text()).toContain(
    'Choose your password',
  );
  time += 1_000;
  expect(await (await visitor.submitLogin(path, 'ada', 'Temporary-1')).text()).toMatch(
    /role="alert"[^>]*>Temporary password has expired and must be reset by an administrator\.</,
  );
  expect(await (await visitor.submitLogin(path, 'ada', 'Wrong-word-1')).text()).toContain(
    'Incorrect username or password.',
  );
  await close();
});

test('a temporary password expires after seven days by default [CG-LG-03]', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito({}, { users: [NEWCOMER], now: () => time });
  const visitor = browser();
  time += 7 * DAY - 1_000;
  const path = `/login?${visitor.query()}`;
  expect(await (await visitor.submitLogin(path, 'ada', 'Temporary-1')).text()).toContain(
    'Choose your password',
  );
  time += 1_000;
  expect(await (await visitor.submitLogin(path, 'ada', 'Temporary-1')).text()).toContain('has expired');
  await close();
});

test('a permanent password does not expire and needs no change [CG-AD-02]', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito({}, { now: () => time });
  time += 400 * DAY;
  expect((await browser().signIn(ADA)).has('code')).toBe(true);
  await close();
});

test('a challenge expires after AuthSessionValidity [CG-JT-02]', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito(
    { client: { AuthSessionValidity: 4 } },
    { users: [NEWCOMER], now: () => time },
  );
  const visitor = browser();
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  const page = await (await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'Temporary-1')).text();
  time += 4 * 60_000;
  const late = await visitor.submitForm(page, own);
  expect(late.status).toBe(403);
  expect(await late.text()).toContain('<h1>Sign in</h1>');
  await close();
});

test('a challenge is valid once, for its browser and client', async () => {
  const { browser, close } = await startCognito({}, { users: [NEWCOMER] });
  const [visitor, thief] = [browser(), browser()];
  const path = `/login?${visitor.query()}`;
  const page = await (await visitor.submitLogin(path, 'ada', 'Temporary-1')).text();
  const session = /name="session" value="([^"]*)"/.exec(page)?.[1] ?? '';
  const own = { session, new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  expect((await thief.submitForm(await thief.fetch(path), own)).status).toBe(403);
  expect((await visitor.submitForm(page, own)).status).toBe(302);
  expect((await visitor.submitForm(page, own)).status).toBe(403);
  await close();
});

test('several errors are a list of links to the inputs', async () => {
  const { browser, close } = await startCognito({}, { users: [NEWCOMER] });
  const visitor = browser();
  const page = await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'Temporary-1');
  const again = await visitor.submitForm(page, { new_password: 'weak', confirm_password: 'weaker' });
  const text = await again.text();
  expect(text).toMatch(/<title>Problem: /);
  expect([...text.matchAll(/<li><a href="#([^"]*)">/g)].map(([, input]) => input)).toEqual([
    'new_password',
    'confirm_password',
  ]);
  await close();
});
