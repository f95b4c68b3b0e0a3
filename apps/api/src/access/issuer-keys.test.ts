import { expect, onTestFinished, test, vi } from 'vitest';
import { createSigningKey, serveIssuer, sign, validClaims } from '../../test/issuer';
import { serveVerifyingApp } from '../../test/verifying-app';
import { KeysUnavailableError } from '../errors';
import { IssuerKeys } from './issuer-keys';
import { AccessTokenVerifier } from './token-verifier';

/** Creates a verifier whose clock the test moves. */
async function createVerifier() {
  const issuer = await serveIssuer();
  const time = { now: Date.now() };
  const now = (): number => time.now;
  const warnings: string[] = [];
  const logger = { warn: (_: unknown, message: string) => warnings.push(message) } as never;
  const keys = new IssuerKeys(issuer.expected.issuer, logger, now);
  return { issuer, time, keys, warnings, tokens: new AccessTokenVerifier(issuer.expected, keys, now) };
}

const TEN_MINUTES = 10 * 60_000;

test('keys are fetched once for many simultaneous first requests', async () => {
  const { issuer, tokens } = await createVerifier();
  const sent = await Promise.all(Array.from({ length: 20 }, (_, i) => issuer.token({ sub: `user-${i}` })));
  const callers = await Promise.all(sent.map((token) => tokens.verify(token)));
  expect(callers.map(({ sub }) => sub)).toEqual(sent.map((_, i) => `user-${i}`));
  expect(issuer.fetches()).toBe(1);
});

test('unknown kid values do not cause a fetch each', async () => {
  const { issuer, tokens } = await createVerifier();
  await tokens.verify(await issuer.token());
  for (let i = 0; i < 20; i += 1) {
    const token = await sign(validClaims(issuer.expected), { ...issuer.key, kid: `unknown-${i}` });
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
  }
  expect(issuer.fetches()).toBe(1);
});

test('keys are refreshed in the background after ten minutes, and stay in use if that fails', async () => {
  const { issuer, time, tokens, warnings } = await createVerifier();
  await tokens.verify(await issuer.token());
  time.now += TEN_MINUTES;
  issuer.respondWith((_request, response) => response.writeHead(500).end());
  await tokens.verify(await issuer.token({ sub: 'b' }));
  await expect.poll(() => warnings).toEqual(['could not refresh the issuer keys']);
  expect(issuer.fetches()).toBe(2);
  expect(await tokens.verify(await issuer.token({ sub: 'c' }))).toEqual({ sub: 'c' });
  expect(issuer.fetches()).toBe(2);
});

test('a removed key is rejected after the next refresh, and its cached tokens after five minutes', async () => {
  const { issuer, time, keys, tokens } = await createVerifier();
  const cached = await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 86_400 });
  await tokens.verify(cached);
  issuer.published.shift();
  time.now += TEN_MINUTES;
  keys.refresh();
  await expect.poll(() => issuer.fetches()).toBe(2);
  await expect
    .poll(async () => Promise.resolve(tokens.verify(cached)).then(String, (e: { code: string }) => e.code))
    .toBe('ERR_INVALID_TOKEN');
});

test('a cached token is accepted until the millisecond in which it expires', async () => {
  const { issuer, time, tokens } = await createVerifier();
  const exp = Math.floor(time.now / 1_000) + 60;
  const token = await issuer.token({ exp });
  await tokens.verify(token);
  time.now = exp * 1_000 - 1;
  expect(await tokens.verify(token)).toMatchObject({ sub: expect.any(String) });
  time.now = exp * 1_000;
  await expect(async () => tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
});

test.each<[string, Parameters<Awaited<ReturnType<typeof serveIssuer>>['respondWith']>[0]]>([
  ['returns an error', (_request, response) => void response.writeHead(500).end()],
  ['returns HTML', (_request, response) => void response.end('<html>')],
  ['returns other JSON', (_request, response) => void response.end('{"message":"hello"}')],
  ['redirects', (_request, response) => void response.writeHead(302, { location: '/x' }).end()],
  ['does not respond', () => undefined],
  ['closes the connection', (request) => void request.socket.destroy()],
])('the API returns 503, not 401, when the issuer %s', async (_, listener) => {
  const { call, issuer, log } = await serveVerifyingApp();
  issuer.respondWith(listener);
  const response = await call(`Bearer ${await issuer.token()}`);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(response.headers.has('www-authenticate')).toBe(false);
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ level: 'error', code: 'ERR_KEYS_UNAVAILABLE', err: expect.anything() });
});

test('keys are fetched again one second after a failure, not for every request', async () => {
  const { issuer, time, tokens } = await createVerifier();
  const token = await issuer.token();
  const keys = { keys: issuer.published.map(({ jwk }) => jwk) };
  issuer.respondWith((_request, response) => response.writeHead(500).end());
  for (let i = 0; i < 5; i += 1) await expect(tokens.verify(token)).rejects.toThrow(KeysUnavailableError);
  expect(issuer.fetches()).toBe(1);
  issuer.respondWith((_request, response) => response.end(JSON.stringify(keys)));
  time.now += 1_000;
  expect(await tokens.verify(token)).toMatchObject({ sub: expect.any(String) });
});

test('a new key of the user pool is fetched 30 s after the last fetch', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { issuer, time, tokens } = await createVerifier();
  await tokens.verify(await issuer.token());
  const added = await createSigningKey('pool-key-3');
  issuer.published.push(added);
  const token = await sign(validClaims(issuer.expected), added);
  await expect(async () => tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
  vi.setSystemTime(Date.now() + 30_000);
  time.now = Date.now();
  expect(await tokens.verify(token)).toMatchObject({ sub: expect.any(String) });
  expect(issuer.fetches()).toBe(2);
});
