import { expect, test } from 'vitest';
import { locationOf } from '../testing/browser';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito, type RunningCognito } from '../testing/running-cognito';

const VERIFIES = { AutoVerifiedAttributes: ['email'] };
const BOB = {
  username: 'bob',
  'attribute.email': 'bob@example.com',
  new_password: 'My-own-word-2',
  confirm_password: 'My-own-word-2',
};

/** The last code in the log, where AWS would send an e-mail. */
function codeIn({ logged }: RunningCognito): string {
  return [...logged.join('').matchAll(/Your confirmation code is (\d{6})/g)].at(-1)?.[1] ?? 'none';
}

async function signedUp(running: RunningCognito, fields: Record<string, string> = BOB) {
  const visitor = running.browser();
  const form = await visitor.fetch(`/signup?${visitor.query()}`);
  const page = await (await visitor.submitForm(form, fields)).text();
  return { visitor, page };
}

test('a user signs up, confirms with the code, and signs in [CG-LG-05]', async () => {
  const running = await startCognito({ pool: VERIFIES });
  const { visitor, page } = await signedUp(running);
  expect(page).toContain('<h1>Confirm your account</h1>');
  expect(page).not.toContain(codeIn(running));
  const done = await visitor.submitForm(page, { code: codeIn(running) });
  expect(locationOf(done).href).toBe(`${running.origin}/login?${visitor.query()}`);
  const { body } = await visitor.redeem(
    (await visitor.signIn({ username: 'bob', password: 'My-own-word-2' })).get('code'),
  );
  expect(payloadOf(body.id_token)).toMatchObject({
    'cognito:username': 'bob',
    email: 'bob@example.com',
    email_verified: true,
  });
  await running.close();
});

test('the login page links to sign-up, unless only administrators create users [CG-LG-05]', async () => {
  const open = await startCognito();
  const visitor = open.browser();
  expect(await (await visitor.fetch(`/login?${visitor.query()}`)).text()).toContain('href="/signup?');
  await open.close();

  const closed = await startCognito({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
  const other = closed.browser();
  expect(await (await other.fetch(`/login?${other.query()}`)).text()).not.toContain('/signup');
  for (const method of ['GET', 'POST']) {
    const page = await other.fetch(`/signup?${other.query()}`, { method });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('SignUp is not permitted for this user pool');
  }
  expect((await other.fetch(`/confirm?${other.query()}`, { method: 'POST' })).status).toBe(400);
  await closed.close();
});

test('the right password of an unconfirmed user leads to a new code', async () => {
  const running = await startCognito({ pool: VERIFIES });
  const { visitor, page } = await signedUp(running);
  const first = codeIn(running);
  const login = await visitor.submitLogin(`/login?${visitor.query()}`, 'bob', 'My-own-word-2');
  const again = await login.text();
  expect(again).toContain('<h1>Confirm your account</h1>');
  expect(visitor.cookies.has('cognito')).toBe(false);
  const wrong = first === '111111' ? '222222' : '111111';
  const refused = await visitor.submitForm(again, { code: wrong });
  expect(await refused.text()).toContain('Invalid verification code provided, please try again.');
  expect((await visitor.submitForm(again, { code: codeIn(running) })).status).toBe(302);
  expect(locationOf(await visitor.submitForm(page, { code: first })).pathname).toBe('/login');
  expect((await visitor.submitLogin(`/login?${visitor.query()}`, 'bob', 'My-own-word-2')).status).toBe(302);
  expect(visitor.cookies.has('cognito')).toBe(true);
  await running.close();
});

test('a new code replaces the first [CG-LG-05]', async () => {
  const running = await startCognito({ pool: VERIFIES });
  const { visitor, page } = await signedUp(running);
  const resend = (/formaction="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
  expect(resend).toMatch(/^\/resendcode\?/);
  const first = codeIn(running);
  const next = await (
    await visitor.submitForm(page.replace(/action="\/confirm\?/, 'action="/resendcode?'), {})
  ).text();
  expect(next).toContain('<h1>Confirm your account</h1>');
  expect(locationOf(await visitor.submitForm(page, { code: first })).pathname).toBe('/login');
  expect((await visitor.submitForm(next, { code: codeIn(running) })).status).toBe(302);
  expect((await visitor.submitLogin(`/login?${visitor.query()}`, 'bob', 'My-own-word-2')).status).toBe(302);
  await running.close();
});

test.each([
  ['a username that exists', { username: 'ADA' }, 'User already exists.'],
  ['a username with a space', { username: 'b o b' }, 'A username has 1 to 128 characters and no spaces.'],
  ['no e-mail address', { 'attribute.email': ' ' }, 'Email address is required.'],
  ['an invalid e-mail address', { 'attribute.email': 'bob' }, 'Email address is not valid.'],
  ['a weak password', { new_password: 'weak', confirm_password: 'weak' }, 'The new password needs'],
  ['two different passwords', { confirm_password: 'another' }, 'The two passwords are not the same.'],
])('the sign-up page rejects %s and keeps the input', async (_case, changes, problem) => {
  const running = await startCognito({ pool: VERIFIES });
  const { page } = await signedUp(running, { ...BOB, ...changes });
  expect(page).toContain(problem);
  expect(page).toContain('<h1>Create an account</h1>');
  expect(page).not.toContain('My-own-word-2');
  expect(codeIn(running)).toBe('none');
  await running.close();
});

test('sign-up asks for the e-mail address only, and rejects one that exists (users sign in by e-mail)', async () => {
  const pool = { ...VERIFIES, UsernameAttributes: ['email'] };
  const running = await startCognito({ pool }, { users: [{ ...ADA, username: ADA.email }] });
  const { visitor, page } = await signedUp(running, { ...BOB, 'attribute.email': 'Ada@Example.com' });
  expect(page).toContain('User already exists.');
  expect(page).not.toContain('Username</label>');
  const { visitor: bob, page: confirm } = await signedUp(running);
  await bob.submitForm(confirm, { code: codeIn(running) });
  const answer = await visitor.signIn({ username: 'bob@example.com', password: 'My-own-word-2' });
  const { body } = await visitor.redeem(answer.get('code'));
  expect(payloadOf(body.id_token)['cognito:username']).toBe(payloadOf(body.id_token).sub);
  await running.close();
});

test('sign-up sends no code when the pool does not verify e-mail addresses', async () => {
  const running = await startCognito();
  const { page, visitor } = await signedUp(running);
  expect(page).toContain('User is not confirmed.');
  const login = await visitor.submitLogin(`/login?${visitor.query()}`, 'bob', 'My-own-word-2');
  expect(await login.text()).toContain('User is not confirmed.');
  expect(codeIn(running)).toBe('none');
  await running.close();
});

test('resetUsers deletes users who signed up', async () => {
  const running = await startCognito({ pool: VERIFIES });
  const { visitor, page } = await signedUp(running);
  await visitor.submitForm(page, { code: codeIn(running) });
  await visitor.signIn({ username: 'bob', password: 'My-own-word-2' });
  running.cognito.controls.resetUsers();
  expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
  const { page: again } = await signedUp(running);
  expect(again).toContain('<h1>Confirm your account</h1>');
  await running.close();
});
