import { expect, test } from 'vitest';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito } from '../testing/running-cognito';
import type { SeededUser } from '../users/user-file';

const NEWCOMER: SeededUser = { ...ADA, password: 'Temporary-1', temporaryPassword: true, name: undefined };
const DAY = 86_400_000;

test('CG-LG-02, CG-AD-01: a temporary password leads to a page for a new one, and from there to the callback', async () => {
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

test('CG-LG-02: afterwards the user is confirmed: the new password signs in, the temporary one does not', async () => {
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
  'CG-LG-02, CG-AD-03: a new password that is %s is asked for again',
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

test('CG-LG-02: required attributes that are missing are asked for, and end up in the ID token', async () => {
  const Schema = ['name', 'birthdate', 'email'].map((Name) => ({ Name, Required: true }));
  const { browser, close } = await startCognito({ pool: { Schema } }, { users: [NEWCOMER] });
  const visitor = browser();
  const page = await (await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'Temporary-1')).text();
  expect(page).toContain('Birth date</label>');
  expect(page).toContain('Name</label>');
  expect(page).not.toContain('Email address</label>');
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  const again = await (await visitor.submitForm(page, { ...own, 'attribute.name': 'Ada "L"' })).text();
  expect(again).toMatch(/role="alert"[^>]*>Birth date may not be left empty\.</);
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

test('a confirmed user must have what the pool requires', async () => {
  const Schema = [{ Name: 'birthdate', Required: true }];
  await expect(startCognito({ pool: { Schema } })).rejects.toThrow(
    "user 'ada': the user pool requires birthdate of everybody whose password is not temporary",
  );
});

test('CG-LG-03: a temporary password expires after the days of the policy, and only when it is right does the page say so', async () => {
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

test('CG-LG-03: by default a temporary password is good for seven days', async () => {
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

test('CG-AD-02: a permanent password asks for nothing, and does not expire', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito({}, { now: () => time });
  time += 400 * DAY;
  expect((await browser().signIn(ADA)).has('code')).toBe(true);
  await close();
});

test('CG-JT-02: the sign-in under way is over after AuthSessionValidity', async () => {
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

test('a sign-in under way belongs to its browser and client, and is over once it is finished', async () => {
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

test('several problems are a list that leads to the inputs they are about', async () => {
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
