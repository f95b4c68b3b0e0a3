import { expect, test } from 'vitest';
import { ADA, startCognito } from '../testing/running-cognito';
import { SIGNED_OUT } from '../testing/template';

interface Seen {
  method: string;
  path: string;
  status: number;
  notes: string[];
}

async function watched(changes: Parameters<typeof startCognito>[0] = {}) {
  const seen: Seen[] = [];
  const texts: string[] = [];
  const running = await startCognito(changes, {
    onAnswered: ({ method = '', url = '' }, status, trace) => {
      const [path = ''] = url.split('?');
      expect(trace.hops.every(({ service }) => service === 'Cognito')).toBe(true);
      seen.push({ method, path, status, notes: trace.hops.map(({ note }) => note) });
      texts.push(JSON.stringify(trace.hops));
    },
  });
  /** The answer is complete for the client a moment before it is for the server: so it is waited for. */
  const last = () => expect.poll(() => seen.at(-1));
  return { ...running, seen, texts, last };
}

test('a sign-in is told step by step, with method, path and status', async () => {
  const { browser, clientId, last, seen, close } = await watched();
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  await visitor.redeem(code);
  await last().toEqual({
    method: 'POST',
    path: '/oauth2/token',
    status: 200,
    notes: [`code exchanged for tokens of client ${clientId}`, 'access token issued', 'ID token issued'],
  });
  expect(seen.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    'GET /oauth2/authorize 302',
    'GET /login 200',
    'POST /login 302',
    'GET /oauth2/authorize 302',
    'POST /oauth2/token 200',
  ]);
  expect(seen[0]?.notes).toEqual(['no session: to the login page']);
  expect(seen[2]?.notes).toEqual([
    'signed in: a session of one hour starts, and the browser goes back for its code',
  ]);
  expect(seen[3]?.notes.join()).toContain('with a code, good once and for five minutes');
  await close();
});

test('a refusal is told with its reason', async () => {
  const { browser, clientId, origin, last, close } = await watched();
  const visitor = browser();
  const code = (await visitor.signIn(ADA)).get('code');
  await visitor.redeem(code);
  await visitor.redeem(code);
  await last().toMatchObject({ notes: [expect.stringMatching(/^refused: invalid_grant: .*code/)] });
  for (const count of ['1st', '2nd', '3rd', '4th']) {
    await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'wrong');
    await last().toMatchObject({ notes: [`refused: wrong password for a known user: ${count} failure`] });
  }
  await visitor.submitLogin(`/login?${visitor.query()}`, 'nobody', 'wrong');
  await last().toMatchObject({ notes: ['refused: nobody has that name: 1st failure'] });
  await visitor.authorize({ scope: 'openid greetings/write' });
  await last().toMatchObject({ notes: [expect.stringMatching(/^refused: invalid_scope: /)] });
  await fetch(`${origin}/oauth2/userInfo`, { headers: { authorization: 'Bearer nonsense' } });
  await last().toMatchObject({ notes: ['refused: invalid_token: it is no token'] });
  await visitor.fetch(`/logout?${new URLSearchParams({ client_id: clientId, logout_uri: SIGNED_OUT })}`);
  await last().toMatchObject({ notes: [expect.stringMatching(/^signed out: /)] });
  await fetch(`${origin}/nowhere`);
  await last().toMatchObject({ status: 404, notes: ['refused: there is no such page'] });
  await fetch(`${origin}/login`, { method: 'DELETE' });
  await last().toMatchObject({ status: 405, notes: ['refused: only GET, POST is allowed here'] });
  await close();
});

test('issued tokens are shown decoded, and neither codes, tokens, passwords nor queries are told', async () => {
  const { browser, texts, seen, last, close } = await watched();
  const visitor = browser();
  await visitor.submitLogin(`/login?${visitor.query()}`, 'a-typed-name', 'a-typed-password');
  const code = (await visitor.signIn(ADA)).get('code') ?? '';
  const { body } = await visitor.redeem(code);
  await last().toMatchObject({ path: '/oauth2/token' });
  const text = texts.join() + JSON.stringify(seen);
  expect(text).toContain('"token_use":"access"');
  for (const secret of [
    code,
    ADA.password,
    'a-typed-name',
    'a-typed-password',
    'a-state',
    ...visitor.cookies.values(),
    ...Object.values(body).map(String),
  ]) {
    if (secret !== 'Bearer' && secret !== '3600') expect(text).not.toContain(secret);
  }
  await close();
});
