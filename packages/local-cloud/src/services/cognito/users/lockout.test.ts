import { expect, test } from 'vitest';
import { Lockout, lockMs } from './lockout';
import { ADA, startCognito } from '../testing/running-cognito';

const LOCKED = 'Password attempts exceeded';

test('lockMs is a second after the fifth failure and doubles with each further one, up to 15 minutes [CG-LG-04]', () => {
  expect([1, 4, 5, 6, 7, 10, 14, 15, 40].map(lockMs)).toEqual([
    0, 0, 1_000, 2_000, 4_000, 32_000, 512_000, 900_000, 900_000,
  ]);
});

test('sign-in rejects the right password while the user is locked after five wrong ones [CG-LG-04]', async () => {
  let time = Date.now();
  const { browser, close } = await startCognito({}, { now: () => time });
  const visitor = browser();
  const attempt = (password: string) => visitor.submitLogin(`/login?${visitor.query()}`, 'ada', password);
  for (let i = 1; i <= 5; i++) expect(await (await attempt('wrong')).text()).toContain('Incorrect username');
  const locked = await attempt(ADA.password);
  expect(locked.status).toBe(200);
  expect(await locked.text()).toMatch(new RegExp(`role="alert"[^>]*>${LOCKED}<`));
  time += 1_000;
  expect(await (await attempt('wrong')).text()).toContain('Incorrect username');
  time += 1_999;
  expect(await (await attempt(ADA.password)).text()).toContain(LOCKED);
  time += 1;
  expect((await attempt(ADA.password)).status).toBe(302);
  for (let i = 1; i <= 4; i++) await attempt('wrong');
  expect((await attempt(ADA.password)).status).toBe(302);
  await close();
});

test('Lockout ignores attempts while locked, and resets after 15 minutes without an attempt [CG-LG-04]', () => {
  const lockout = new Lockout();
  for (let i = 1; i <= 5; i++) lockout.failed('ada', 0);
  for (let i = 0; i < 100; i++) expect(lockout.isLocked('ada', 500)).toBe(true);
  expect(lockout.isLocked('ada', 1_000)).toBe(false);
  expect(lockout.failed('ada', 1_000)).toBe(6);
  expect(lockout.isLocked('ada', 3_000)).toBe(false);
  expect(lockout.isLocked('ada', 3_000 + 15 * 60_000)).toBe(false);
  expect(lockout.failed('ada', 3_000 + 15 * 60_000)).toBe(1);
});

test('an attempt while locked restarts the 15 minutes [CG-LG-04]', () => {
  const lockout = new Lockout();
  for (let i = 1; i <= 15; i++) lockout.failed('ada', 0);
  expect(lockout.isLocked('ada', 899_999)).toBe(true);
  expect(lockout.isLocked('ada', 900_001)).toBe(false);
  expect(lockout.failed('ada', 900_001)).toBe(16);
});

test('Lockout locks unknown usernames like users [CG-LG-04, CG-AD-04]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const attempt = (name: string) => visitor.submitLogin(`/login?${visitor.query()}`, name, 'wrong');
  const said = async (name: string) =>
    /role="alert"[^>]*>([^<]*)</.exec(await (await attempt(name)).text())?.[1];
  for (let i = 1; i <= 6; i++) expect(await said('unknown')).toBe(await said('ada'));
  expect(await said('unknown')).toBe(LOCKED);
  await close();
});

test('a lock ends when the clock is set back', () => {
  const lockout = new Lockout();
  for (let i = 1; i <= 9; i++) lockout.failed('ada', 10_000_000_000);
  expect(lockout.isLocked('ada', 1_000)).toBe(false);
});
