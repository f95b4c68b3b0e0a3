import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { locationOf } from '../testing/browser';
import { ADA, startCognito } from '../testing/running-cognito';

afterEach(() => vi.useRealTimers());

test('the login page allows no scripts, no frames, and form redirects to the callback only', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const response = await visitor.fetch(`/login?${visitor.query()}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; /);
  expect(policy).toContain("form-action 'self' http://localhost:4300;");
  const page = await response.text();
  expect(page).not.toMatch(/<script/i);
  expect(page).toContain('Users come from users.json.');
  expect(page).not.toContain(ADA.password);
  await close();
});

test('the login page fills in a user of the users file, and signs them in, without the parameter in later addresses', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const first = await (await visitor.fetch(`/login?${visitor.query()}`)).text();
  expect(first).toContain('Only on this machine: fill in a user');
  const link = /<a href="([^"]+)">ada<\/a>/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const filled = await (await visitor.fetch(link)).text();
  expect(filled).toContain(`value="${ADA.password}"`);
  const action = /<form method="post" action="([^"]+)"/.exec(filled)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const response = await visitor.submitLogin(action, ADA.username, ADA.password);
  expect(locationOf(response).pathname).toBe('/oauth2/authorize');
  expect(locationOf(response).searchParams.has('local_user')).toBe(false);
  const unknown = await (await visitor.fetch(`/login?${visitor.query()}&local_user=nobody`)).text();
  expect(unknown).not.toContain(ADA.password);
  await close();
});

test('the CSP of every page allows its style sheet', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  for (const path of [`/login?${visitor.query()}`, '/error?error=redirect_mismatch', '/nowhere']) {
    const response = await visitor.fetch(path);
    const style = /<style>([^<]*)<\/style>/.exec(await response.text())?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${digest}'`);
  }
  await close();
});

test.each([
  ['a wrong password', ADA.username, 'wrong'],
  ['an unknown user', 'unknown', ADA.password],
  ['an empty password', ADA.username, ''],
  ['empty fields', '', ''],
])('the login page shows the same error for %s [CG-LG-01]', async (_case, username, password) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const response = await visitor.submitLogin(`/login?${visitor.query()}`, username, password);
  expect(response.status).toBe(200);
  const page = await response.text();
  expect(page).toMatch(/role="alert"[^>]*>Incorrect username or password\.</);
  expect(page).toContain(`value="${username}"`);
  expect(visitor.cookies.has('cognito')).toBe(false);
  await close();
});

test('the login page reports an unknown user (without PreventUserExistenceErrors) [CG-LG-01, CG-AD-04]', async () => {
  const { browser, close } = await startCognito({ client: { PreventUserExistenceErrors: 'LEGACY' } });
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  expect(await (await visitor.submitLogin(path, 'unknown', 'x')).text()).toContain('User does not exist.');
  const wrong = await (await visitor.submitLogin(path, ADA.username, 'x')).text();
  expect(wrong).toContain('Incorrect username or password.');
  await close();
});

test('sign-in ignores case when the pool is not case-sensitive [CG-AD-05]', async () => {
  const insensitive = await startCognito();
  expect(
    (await insensitive.browser().signIn({ username: ' ADA ', password: ADA.password })).has('code'),
  ).toBe(true);
  await insensitive.close();
  const sensitive = await startCognito({ pool: { UsernameConfiguration: { CaseSensitive: true } } });
  const visitor = sensitive.browser();
  const response = await visitor.submitLogin(`/login?${visitor.query()}`, 'ADA', ADA.password);
  expect(response.status).toBe(200);
  await sensitive.close();
});

test('users sign in by e-mail address, and the page asks for it (UsernameAttributes)', async () => {
  const user = { ...ADA, username: ADA.email };
  const { browser, close } = await startCognito(
    { pool: { UsernameAttributes: ['email'] } },
    { users: [user] },
  );
  const visitor = browser();
  expect(await (await visitor.fetch(`/login?${visitor.query()}`)).text()).toContain('Email address</label>');
  expect((await visitor.signIn({ username: 'Ada@Example.com', password: ADA.password })).has('code')).toBe(
    true,
  );
  await close();
});

test('users sign in by e-mail address only when it is verified (AliasAttributes)', async () => {
  const bob = { ...ADA, username: 'bob', email: 'bob@example.com', emailVerified: false };
  const { browser, close } = await startCognito(
    { pool: { AliasAttributes: ['email'] } },
    { users: [ADA, bob] },
  );
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  expect((await visitor.submitLogin(path, bob.email, bob.password)).status).toBe(200);
  expect((await visitor.submitLogin(path, ADA.email, ADA.password)).status).toBe(302);
  await close();
});

test('managed login fills in the login_hint [CG-AZ-14]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const page = await (await visitor.fetch(`/login?${visitor.query({ login_hint: 'ada' })}`)).text();
  expect(page).toContain('value="ada"');
  await close();
});

test.each(['missing', 'forged', 'of another browser'])(
  'the login page rejects a form whose CSRF token is %s',
  async (kind) => {
    const { browser, close } = await startCognito();
    const visitor = browser();
    const path = `/login?${visitor.query()}`;
    await visitor.fetch(path);
    const foreign =
      /name="_csrf" value="([^"]*)"/.exec(await (await browser().fetch(path)).text())?.[1] ?? '';
    const csrf = { missing: undefined, forged: '1.made-up', 'of another browser': foreign }[kind];
    const form = new URLSearchParams({
      username: ADA.username,
      password: ADA.password,
      ...(csrf ? { _csrf: csrf } : {}),
    });
    const response = await visitor.fetch(path, { method: 'POST', body: form });
    expect(response.status).toBe(403);
    expect(await response.text()).toMatch(
      /role="alert"[^>]*>This page has expired, or the browser blocks its cookies\. Please sign in again\.</,
    );
    expect(visitor.cookies.has('cognito')).toBe(false);
    await close();
  },
);

test('the login page rejects a form without the CSRF cookie', async () => {
  const { browser, origin, close } = await startCognito();
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  const csrf = /name="_csrf" value="([^"]*)"/.exec(await (await visitor.fetch(path)).text())?.[1] ?? '';
  const body = new URLSearchParams({ _csrf: csrf, username: ADA.username, password: ADA.password });
  const response = await fetch(origin + path, { method: 'POST', body, redirect: 'manual' });
  expect(response.status).toBe(403);
  await close();
});

test('a form expires after five minutes [CG-AZ-16]', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { browser, close } = await startCognito();
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  const csrf = /name="_csrf" value="([^"]*)"/.exec(await (await visitor.fetch(path)).text())?.[1] ?? '';
  const body = new URLSearchParams({ _csrf: csrf, username: ADA.username, password: ADA.password });
  vi.setSystemTime(Date.now() + 301_000);
  expect((await visitor.fetch(path, { method: 'POST', body })).status).toBe(403);
  await close();
});

test('two tabs of one browser sign in independently', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const pages = [];
  for (const state of ['one', 'two']) {
    const path = `/login?${visitor.query({ state })}`;
    pages.push({ path, state, text: await (await visitor.fetch(path)).text() });
  }
  for (const { path, state, text } of pages) {
    const csrf = /name="_csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const body = new URLSearchParams({ _csrf: csrf, username: ADA.username, password: ADA.password });
    const back = locationOf(await visitor.fetch(path, { method: 'POST', body }));
    expect(locationOf(await visitor.fetch(back.href)).searchParams.get('state')).toBe(state);
  }
  await close();
});

test('a sign-in replaces the session (session fixation)', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  await visitor.signIn(ADA);
  const planted = new Map(visitor.cookies);
  await visitor.signIn(ADA, { prompt: 'login' });
  expect(visitor.cookies.get('cognito')).not.toBe(planted.get('cognito'));
  const attacker = browser();
  for (const [name, value] of planted) attacker.cookies.set(name, value);
  expect(locationOf(await attacker.authorize()).pathname).toBe('/login');
  await close();
});

test.each([
  ['redirect_mismatch', { redirect_uri: 'https://evil.example/' }],
  ["Required String parameter 'redirect_uri' is not present", { redirect_uri: undefined }],
  ['Client does not exist.', { client_id: 'unknown' }],
  ['Missing required parameter client_id in request URL', { client_id: undefined }],
])('the login page redirects to the error page with %s', async (error, changes) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  for (const method of ['GET', 'POST']) {
    const response = await visitor.fetch(`/login?${visitor.query(changes)}`, { method });
    expect(locationOf(response).searchParams.get('error')).toBe(error);
  }
  await close();
});

test.each([
  ['a managed login domain without branding', { branding: null }],
  ['a client without the pool’s own users', { client: { SupportedIdentityProviders: [] } }],
])('%s has no login pages [CG-LG-06]', async (_case, changes) => {
  const { browser, close } = await startCognito(changes);
  const visitor = browser();
  const login = locationOf(await visitor.authorize());
  const location = locationOf(await visitor.fetch(login.href));
  expect(location.pathname).toBe('/error');
  const page = await visitor.fetch(location.href);
  expect(page.status).toBe(400);
  expect(await page.text()).toContain('Login pages unavailable');
  await close();
});

test('the classic hosted UI needs no branding [CG-LG-06]', async () => {
  const { browser, close } = await startCognito({ branding: null, domain: { ManagedLoginVersion: 1 } });
  expect((await browser().signIn(ADA)).has('code')).toBe(true);
  await close();
});

test('input is escaped', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const attack = '"\'><script>alert(1)</script>';
  const path = `/login?${visitor.query({ state: attack, login_hint: attack })}`;
  const shown = await (await visitor.fetch(path)).text();
  const refused = await (await visitor.submitLogin(path, attack, attack)).text();
  const error = await (await visitor.fetch(`/error?${new URLSearchParams({ error: attack })}`)).text();
  for (const page of [shown, refused, error]) expect(page).not.toContain('<script>');
  expect(shown).toContain('value="&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(error).not.toContain('alert(1)');
  await close();
});

test.each([
  ['JSON', 415, { 'content-type': 'application/json' }, '{}'],
  ['too large', 413, { 'content-type': 'application/x-www-form-urlencoded' }, `a=${'x'.repeat(100_000)}`],
])('a body that is %s gets %i', async (_case, status, headers, body) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const response = await visitor.fetch(`/login?${visitor.query()}`, { method: 'POST', headers, body });
  expect(response.status).toBe(status);
  await close();
});

test('codes, tokens and passwords are not logged, and nothing is written to the console', async () => {
  const spies = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
  const { browser, clientId, logged, close } = await startCognito();
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  await visitor.submitLogin(path, ADA.username, 'a-wrong-password');
  await visitor.submitLogin(path, 'typed-into-the-wrong-field', 'x');
  const code = (await visitor.signIn(ADA)).get('code') ?? '';
  const { body } = await visitor.redeem(code);
  await visitor.redeem(code, { code_verifier: 'wrong-verifier-wrong-verifier-wrong-verifier' });
  await visitor.redeem(code);
  await visitor.token({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: 'a-wrong-refresh-token',
  });
  const text = logged.join('');
  expect(text).toContain('request rejected');
  for (const secret of [
    code,
    ...Object.values(body),
    ADA.password,
    'a-wrong-password',
    'typed-into-the-wrong-field',
    'wrong-verifier',
    'a-wrong-refresh-token',
  ]) {
    if (typeof secret === 'string' && secret !== 'Bearer') expect(text).not.toContain(secret);
  }
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
  await close();
});

test.each([
  ['/confirmUser', 'to confirm a user who signed up'],
  ['/passkeys/add', 'adds a passkey'],
])('%s explains what AWS does there [CG-LG-05]', async (path, onAws) => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  for (const method of ['GET', 'POST']) {
    const response = await visitor.fetch(`${path}?${visitor.query()}`, { method });
    expect(response.status).toBe(404);
    const page = await response.text();
    expect(page).toContain('This page is not part of the local cloud');
    expect(page).toContain(onAws);
    expect(page).toContain('users.json');
  }
  await close();
});

test('the pages have the paths of AWS [CG-LG-05]', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  expect((await visitor.fetch(`/login?${visitor.query()}`)).status).toBe(200);
  expect((await visitor.fetch(`/logout?${visitor.query()}`)).status).toBe(302);
  expect((await visitor.fetch('/error')).status).toBe(400);
  await close();
});

test('unknown pages get 404', async () => {
  const { origin, close } = await startCognito();
  for (const path of ['/', '/oauth2', '/oauth2/authorize/x', '/login/', '/session/end/confirm']) {
    expect((await fetch(origin + path)).status).toBe(404);
  }
  await close();
});
