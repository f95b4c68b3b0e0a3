import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createSigningKey, serveIssuer, sign, validClaims } from '../../test/issuer';
import { serveVerifyingApp } from '../../test/verifying-app';
import { createTokenVerifier } from './token-verifier';

async function createVerifier() {
  const issuer = await serveIssuer();
  return { issuer, verifyToken: createTokenVerifier(issuer.expected) };
}

test('keys are fetched once for many simultaneous first requests', async () => {
  const { issuer, verifyToken } = await createVerifier();
  const sent = await Promise.all(Array.from({ length: 20 }, (_, i) => issuer.token({ sub: `user-${i}` })));
  const users = await Promise.all(sent.map((token) => verifyToken(token)));
  expect(users.map(({ sub }) => sub)).toEqual(sent.map((_, i) => `user-${i}`));
  expect(issuer.fetches()).toBe(1);
});

test('unknown kid values do not cause a fetch each', async () => {
  const { issuer, verifyToken } = await createVerifier();
  await verifyToken(await issuer.token());
  for (let i = 0; i < 20; i += 1) {
    const token = await sign(validClaims(issuer.expected), { ...issuer.key, kid: `unknown-${i}` });
    await expect(verifyToken(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
  }
  expect(issuer.fetches()).toBe(1);
});

test('known keys stay in use while the issuer is down', async () => {
  const { issuer, verifyToken } = await createVerifier();
  await verifyToken(await issuer.token());
  issuer.respondWith((_request, response) => response.writeHead(500).end());
  expect(await verifyToken(await issuer.token({ sub: 'b' }))).toMatchObject({ sub: 'b' });
});

test('a new key of the user pool is fetched 30 s after the last fetch', async ({ onTestFinished }) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { issuer, verifyToken } = await createVerifier();
  await verifyToken(await issuer.token());
  const added = await createSigningKey('pool-key-3');
  issuer.published.push(added);
  const token = await sign(validClaims(issuer.expected), added);
  await expect(verifyToken(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
  vi.setSystemTime(Date.now() + 30_000);
  expect(await verifyToken(token)).toMatchObject({ sub: expect.any(String) });
  expect(issuer.fetches()).toBe(2);
});

test('a verified token is rejected when it has expired', async ({ onTestFinished }) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { issuer, verifyToken } = await createVerifier();
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const token = await issuer.token({ exp });
  await verifyToken(token);
  vi.setSystemTime(exp * 1_000 - 1);
  expect(await verifyToken(token)).toMatchObject({ sub: expect.any(String) });
  vi.setSystemTime(exp * 1_000 + 1);
  // The cache reads the time at most once per millisecond.
  await delay(5);
  await expect(verifyToken(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
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
  expect(log[0]).toMatchObject({
    level: 'error',
    err: { code: 'ERR_KEYS_UNAVAILABLE', cause: expect.anything() },
  });
});

test('keys are fetched again after a failure', async () => {
  const { issuer, verifyToken } = await createVerifier();
  const token = await issuer.token();
  const keys = { keys: issuer.published.map(({ jwk }) => jwk) };
  issuer.respondWith((_request, response) => response.writeHead(500).end());
  await expect(verifyToken(token)).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' });
  issuer.respondWith((_request, response) => response.end(JSON.stringify(keys)));
  expect(await verifyToken(token)).toMatchObject({ sub: expect.any(String) });
});
