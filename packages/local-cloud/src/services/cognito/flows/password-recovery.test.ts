import { expect, test } from 'vitest';
import { locationOf } from '../testing/browser';
import { ADA, startCognito, type RunningCognito } from '../testing/running-cognito';

const OWN = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };

/** The code in the log, where AWS would send an e-mail. */
function codeIn({ logged }: RunningCognito): string | undefined {
  return /"to":"ada@example\.com".*Your password reset code is (\d{6})/.exec(logged.join(''))?.[1];
}

async function asked(running: RunningCognito, username = 'ada') {
  const visitor = running.browser();
  const form = await visitor.fetch(`/forgotPassword?${visitor.query()}`);
  const page = await (await visitor.submitForm(form, { username })).text();
  return { visitor, page };
}

test('a user resets a forgotten password with a code [CG-LG-05]', async () => {
  const running = await startCognito();
  const { visitor, page } = await asked(running);
  expect(page).toContain('<h1>Reset your password</h1>');
  const code = codeIn(running) ?? '';
  expect(page).not.toContain(code);
  const done = await visitor.submitForm(page, { code, ...OWN });
  expect(locationOf(done).href).toBe(`${running.origin}/login?${visitor.query()}`);
  const path = `/login?${visitor.query()}`;
  expect((await visitor.submitLogin(path, 'ada', ADA.password)).status).toBe(200);
  expect((await visitor.submitLogin(path, 'ada', 'My-own-word-2')).status).toBe(302);
  expect((await visitor.submitForm(page, { code, ...OWN })).status).toBe(403);
  await running.close();
});

test('the login page fills in no earlier password', async () => {
  const running = await startCognito();
  const { visitor, page } = await asked(running);
  await visitor.submitForm(page, { code: codeIn(running) ?? '', ...OWN });
  const filled = await (await visitor.fetch(`/login?${visitor.query()}&local_user=ada`)).text();
  expect(filled).toContain('value="ada"');
  expect(filled).not.toContain(ADA.password);
  expect(filled).toContain('The users file has an earlier password of this user.');
  await running.close();
});

test('the login page links to recovery, unless only administrators may reset passwords [CG-LG-05]', async () => {
  const open = await startCognito();
  const visitor = open.browser();
  const login = await (await visitor.fetch(`/login?${visitor.query()}`)).text();
  expect(login).toContain(`href="/forgotPassword?${visitor.query().replaceAll('&', '&amp;')}"`);
  await open.close();

  const RecoveryMechanisms = [{ Name: 'admin_only', Priority: 1 }];
  const closed = await startCognito({ pool: { AccountRecoverySetting: { RecoveryMechanisms } } });
  const other = closed.browser();
  expect(await (await other.fetch(`/login?${other.query()}`)).text()).not.toContain('forgotPassword');
  for (const path of ['/forgotPassword', '/confirmforgotPassword']) {
    for (const method of ['GET', 'POST']) {
      const page = await other.fetch(`${path}?${other.query()}`, { method });
      expect(page.status).toBe(400);
      expect(await page.text()).toContain('Contact administrator to reset password.');
    }
  }
  await closed.close();
});

test('an unknown user gets the same page and no code [CG-AD-04]', async () => {
  const running = await startCognito();
  const plain = (text: string) => text.replaceAll(/name="(_csrf|session)" value="[^"]*"/g, '');
  const known = await asked(running);
  const lines = running.logged.length;
  const unknown = await asked(running, 'unknown');
  expect(plain(unknown.page)).toBe(plain(known.page));
  expect(running.logged).toHaveLength(lines);
  const refused = await unknown.visitor.submitForm(unknown.page, { code: '000000', ...OWN });
  expect(await refused.text()).toContain('Invalid verification code provided, please try again.');
  await running.close();
});

test.each([
  ['does not exist', 'unknown', ADA, 'User does not exist.'],
  ['has an unverified address', 'ada', { ...ADA, emailVerified: false }, 'no registered/verified email'],
  [
    'has a temporary password',
    'ada',
    { ...ADA, temporaryPassword: true },
    'User password cannot be reset in the current state.',
  ],
])(
  'the page reports that the user %s (without PreventUserExistenceErrors) [CG-AD-04]',
  async (_case, username, user, problem) => {
    const client = { PreventUserExistenceErrors: 'LEGACY' };
    const running = await startCognito({ client }, { users: [user] });
    const { page } = await asked(running, username);
    expect(page).toContain(problem);
    expect(page).toContain('<h1>Forgot your password?</h1>');
    expect(codeIn(running)).toBeUndefined();
    await running.close();
  },
);

test('the code stays valid when the policy rejects the new password', async () => {
  const running = await startCognito();
  const { visitor, page } = await asked(running);
  const code = codeIn(running) ?? '';
  const again = await visitor.submitForm(page, { code, new_password: 'weak', confirm_password: 'weak' });
  const text = await again.text();
  expect(text).toContain('The new password needs at least 8 characters');
  expect((await visitor.submitForm(text, { code, ...OWN })).status).toBe(302);
  await running.close();
});

test('a recovery code is valid for an hour, for its browser, until five wrong ones', async () => {
  let time = Date.now();
  const running = await startCognito({}, { now: () => time });
  const { visitor, page } = await asked(running);
  const code = codeIn(running) ?? '';
  const session = /name="session" value="([^"]*)"/.exec(page)?.[1] ?? '';
  const thief = running.browser();
  const theirs = await (await thief.fetch(`/forgotPassword?${thief.query()}`)).text();
  const stolen = theirs.replace('action="/forgotPassword', 'action="/confirmforgotPassword');
  expect((await thief.submitForm(stolen, { session, code, ...OWN })).status).toBe(403);
  const wrong = { code: code === '111111' ? '222222' : '111111', ...OWN };
  for (let i = 1; i <= 4; i++) expect((await visitor.submitForm(page, wrong)).status).toBe(200);
  expect(await (await visitor.submitForm(page, wrong)).text()).toContain('Too many wrong codes.');
  expect((await visitor.submitForm(page, { code, ...OWN })).status).toBe(403);

  const later = await asked(running);
  const [lastCode] =
    running.logged
      .join('')
      .match(/\d{6}(?=")/g)
      ?.slice(-1) ?? [];
  time += 299_000;
  const open = await (await later.visitor.submitForm(later.page, wrong)).text();
  time += 3_600_000 - 299_000;
  const fresh = await later.visitor.fetch(`/forgotPassword?${later.visitor.query()}`);
  const csrf = /name="_csrf" value="([^"]*)"/.exec(await fresh.text())?.[1] ?? '';
  const late = await later.visitor.submitForm(open, { _csrf: csrf, code: lastCode ?? '', ...OWN });
  expect(late.status).toBe(403);
  await running.close();
});

test('a password reset unlocks the user, and does not bypass MFA', async () => {
  const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const pool = { MfaConfiguration: 'OPTIONAL', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] };
  const running = await startCognito({ pool }, { users: [{ ...ADA, totpSecret }] });
  const { visitor, page } = await asked(running);
  const path = `/login?${visitor.query()}`;
  for (let i = 1; i <= 8; i++) await visitor.submitLogin(path, 'ada', 'wrong');
  await visitor.submitForm(page, { code: codeIn(running) ?? '', ...OWN });
  const login = await visitor.submitLogin(path, 'ada', 'My-own-word-2');
  expect(await login.text()).toContain('<h1>Enter your code</h1>');
  expect(visitor.cookies.has('cognito')).toBe(false);
  await running.close();
});

test('a recovery session cannot be used to sign in', async () => {
  const running = await startCognito();
  const { visitor, page } = await asked(running);
  const session = /name="session" value="([^"]*)"/.exec(page)?.[1] ?? '';
  const login = await visitor.fetch(`/login?${visitor.query()}`);
  expect((await visitor.submitForm(login, { session, code: codeIn(running) ?? '' })).status).toBe(403);
  expect(visitor.cookies.has('cognito')).toBe(false);
  await running.close();
});
