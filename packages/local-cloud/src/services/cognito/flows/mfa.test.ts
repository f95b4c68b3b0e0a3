import { expect, test } from 'vitest';
import type { Browser } from '../testing/browser';
import { ADA, startCognito } from '../testing/running-cognito';
import { totpCode } from '../users/totp';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const required = { pool: { MfaConfiguration: 'ON', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] } };
const optional = { pool: { MfaConfiguration: 'OPTIONAL', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] } };
const ENROLLED = { ...ADA, totpSecret: SECRET };

async function passwordGiven(visitor: Browser): Promise<string> {
  const page = await visitor.submitLogin(`/login?${visitor.query()}`, ADA.username, ADA.password);
  return page.text();
}

test('a user without an authenticator app enrolls one when MFA is required, and uses it at the next sign-in', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito(required, { now: () => time });
  const visitor = browser();
  const setup = await passwordGiven(visitor);
  expect(setup).toContain('<h1>Set up an authenticator app</h1>');
  expect(visitor.cookies.has('cognito')).toBe(false);
  const uri = new URL((/href="(otpauth:[^"]*)"/.exec(setup)?.[1] ?? '').replaceAll('&amp;', '&'));
  const secret = uri.searchParams.get('secret') ?? '';
  expect(uri.searchParams.get('issuer')).toBe('sample (local)');
  expect(setup).toContain((secret.match(/.{4}/g) ?? []).join(' '));
  expect(setup).toMatch(/<svg viewBox="0 0 \d+ \d+" role="img"/);
  const answer = await visitor.comeBack(await visitor.submitForm(setup, { code: totpCode(secret, time) }));
  expect(answer.has('code')).toBe(true);

  time += 60_000;
  const challenge = await passwordGiven(visitor);
  expect(challenge).toContain('<h1>Enter your code</h1>');
  expect(challenge).not.toContain(secret);
  const again = await visitor.submitForm(challenge, { code: totpCode(secret, time) });
  expect((await visitor.comeBack(again)).has('code')).toBe(true);
  await close();
});

test('a wrong code during enrollment shows the same secret again', async () => {
  const { browser, close } = await startCognito(required);
  const visitor = browser();
  const setup = await passwordGiven(visitor);
  const secretOf = (page: string) => /secret=([A-Z2-7]+)/.exec(page)?.[1] ?? 'none';
  const again = await (await visitor.submitForm(setup, { code: '000000' })).text();
  expect(again).toMatch(/role="alert"[^>]*>That code is not right/);
  expect(secretOf(again)).toBe(secretOf(setup));
  expect((await visitor.submitForm(again, { code: totpCode(secretOf(again), Date.now()) })).status).toBe(302);
  await close();
});

test('optional MFA asks only users with an authenticator app', async () => {
  const bob = { ...ADA, username: 'bob', email: 'bob@example.com' };
  const { browser, close } = await startCognito(optional, { users: [ENROLLED, bob] });
  expect((await browser().signIn(bob)).has('code')).toBe(true);
  expect(await passwordGiven(browser())).toContain('<h1>Enter your code</h1>');
  await close();
});

test('without MFA, users with an authenticator app are not asked for a code', async () => {
  const { browser, close } = await startCognito({}, { users: [ENROLLED] });
  expect((await browser().signIn(ADA)).has('code')).toBe(true);
  await close();
});

test('a code may be one step early or late', async () => {
  const time = 1_800_000_000_000;
  for (const [offset, status] of [
    [-60_000, 200],
    [-30_000, 302],
    [0, 302],
    [30_000, 302],
    [60_000, 200],
  ] as const) {
    const { browser, close } = await startCognito(optional, { users: [ENROLLED], now: () => time });
    const visitor = browser();
    const answer = await visitor.submitForm(await passwordGiven(visitor), {
      code: totpCode(SECRET, time + offset),
    });
    expect(answer.status).toBe(status);
    await close();
  }
});

test('a code is rejected when it, or a newer one, was used before', async () => {
  const time = 1_800_000_000_000;
  const { browser, close } = await startCognito(optional, { users: [ENROLLED], now: () => time });
  const visitor = browser();
  const code = totpCode(SECRET, time);
  expect((await visitor.submitForm(await passwordGiven(visitor), { code })).status).toBe(302);
  const page = await passwordGiven(visitor);
  for (const used of [code, totpCode(SECRET, time - 30_000)]) {
    const again = await visitor.submitForm(page, { code: used });
    expect(again.status).toBe(200);
    expect(await again.text()).toContain('or was used before');
  }
  expect((await visitor.submitForm(page, { code: totpCode(SECRET, time + 30_000) })).status).toBe(302);
  await close();
});

test('five wrong codes end the sign-in', async () => {
  const { browser, close } = await startCognito(optional, { users: [ENROLLED] });
  const visitor = browser();
  const page = await passwordGiven(visitor);
  for (let i = 1; i <= 4; i++) expect((await visitor.submitForm(page, { code: 'abcdef' })).status).toBe(200);
  const last = await visitor.submitForm(page, { code: '12345' });
  expect(last.status).toBe(403);
  expect(await last.text()).toContain('Too many wrong codes');
  expect((await visitor.submitForm(page, { code: totpCode(SECRET, Date.now()) })).status).toBe(403);
  await close();
});

test('a code is rejected without the password, and for another sign-in', async () => {
  const { browser, close } = await startCognito(optional, { users: [ENROLLED] });
  const visitor = browser();
  const login = await visitor.fetch(`/login?${visitor.query()}`);
  const forged = await visitor.submitForm(login, { session: 'made-up', code: totpCode(SECRET, Date.now()) });
  expect(forged.status).toBe(403);
  expect(visitor.cookies.has('cognito')).toBe(false);
  await close();
});

test('a temporary password is changed before an app is enrolled [CG-LG-02]', async () => {
  const { browser, close } = await startCognito(required, {
    users: [{ ...ADA, temporaryPassword: true }],
  });
  const visitor = browser();
  const page = await passwordGiven(visitor);
  expect(page).toContain('Choose your password');
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  expect(await (await visitor.submitForm(page, own)).text()).toContain('Set up an authenticator app');
  expect(visitor.cookies.has('cognito')).toBe(false);
  await close();
});
