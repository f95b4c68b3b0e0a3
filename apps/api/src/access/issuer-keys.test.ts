import { expect, onTestFinished, test, vi } from 'vitest';
import { goodClaims, serveIssuer, sign, signingKey } from '../../test/issuer';
import { serveVerifyingApp } from '../../test/verifying-app';
import { KeysUnavailableError } from '../errors';
import { IssuerKeys } from './issuer-keys';
import { AccessTokenVerifier } from './token-verifier';

/** A verifier whose time a test turns. */
async function verifier() {
  const issuer = await serveIssuer();
  const time = { now: Date.now() };
  const now = (): number => time.now;
  const warnings: string[] = [];
  const logger = { warn: (_: unknown, message: string) => warnings.push(message) } as never;
  const keys = new IssuerKeys(issuer.expected.issuer, { logger, now, fetchLimitMs: 200 });
  return { issuer, time, keys, warnings, tokens: new AccessTokenVerifier(issuer.expected, { keys, now }) };
}

const TEN_MINUTES = 10 * 60_000;

test('keys are fetched once, however many ask at first', async () => {
  const { issuer, tokens } = await verifier();
  const sent = await Promise.all(Array.from({ length: 20 }, (_, i) => issuer.token({ sub: `person-${i}` })));
  const callers = await Promise.all(sent.map((token) => tokens.verify(token)));
  expect(callers.map(({ sub }) => sub)).toEqual(sent.map((_, i) => `person-${i}`));
  expect(issuer.fetched()).toBe(1);
});

test('made-up names of keys do not make the API ask for keys again and again', async () => {
  const { issuer, tokens } = await verifier();
  await tokens.verify(await issuer.token());
  for (let i = 0; i < 20; i += 1) {
    const token = await sign(goodClaims(issuer.expected), { ...issuer.key, kid: `made-up-${i}` });
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
  }
  expect(issuer.fetched()).toBe(1);
});

test('keys are refreshed beside the requests after ten minutes, and go on when that fails', async () => {
  const { issuer, time, tokens, warnings } = await verifier();
  await tokens.verify(await issuer.token());
  time.now += TEN_MINUTES;
  issuer.answerBy((_request, response) => response.writeHead(500).end());
  await tokens.verify(await issuer.token({ sub: 'b' }));
  await expect.poll(() => warnings).toEqual(['keys of the issuer could not be refreshed']);
  expect(issuer.fetched()).toBe(2);
  expect(await tokens.verify(await issuer.token({ sub: 'c' }))).toEqual({ sub: 'c' });
  expect(issuer.fetched()).toBe(2);
});

test('a key that is withdrawn counts no longer than a refresh, and tokens it was seen on five minutes', async () => {
  const { issuer, time, keys, tokens } = await verifier();
  const seen = await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 86_400 });
  await tokens.verify(seen);
  issuer.published.shift();
  time.now += TEN_MINUTES;
  keys.refresh();
  await expect.poll(() => issuer.fetched()).toBe(2);
  await expect
    .poll(async () => Promise.resolve(tokens.verify(seen)).then(String, (e: { code: string }) => e.code))
    .toBe('ERR_INVALID_TOKEN');
});

test('a seen token counts until it expires and not a millisecond longer', async () => {
  const { issuer, time, tokens } = await verifier();
  const exp = Math.floor(time.now / 1_000) + 60;
  const token = await issuer.token({ exp });
  await tokens.verify(token);
  time.now = exp * 1_000 - 1;
  expect(await tokens.verify(token)).toMatchObject({ sub: expect.any(String) });
  time.now = exp * 1_000;
  await expect(async () => tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
});

test.each<[string, Parameters<Awaited<ReturnType<typeof serveIssuer>>['answerBy']>[0]]>([
  ['answers with an error', (_request, response) => void response.writeHead(500).end()],
  ['answers with a page', (_request, response) => void response.end('<html>')],
  ['answers with something else', (_request, response) => void response.end('{"message":"hello"}')],
  ['sends elsewhere', (_request, response) => void response.writeHead(302, { location: '/x' }).end()],
  ['never answers', () => undefined],
  ['closes the connection', (request) => void request.socket.destroy()],
])('while an issuer %s, whether tokens are good cannot be told: 503, not 401', async (_, answer) => {
  const { ask, issuer, log } = await serveVerifyingApp();
  issuer.answerBy(answer);
  const refused = await ask(`Bearer ${await issuer.token()}`);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(refused.headers.has('www-authenticate')).toBe(false);
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ level: 'error', code: 'ERR_KEYS_UNAVAILABLE', err: expect.anything() });
});

test('an issuer that is back is asked again, and one that is not is not asked by every request', async () => {
  const { issuer, time, tokens } = await verifier();
  const token = await issuer.token();
  const keys = { keys: issuer.published.map(({ jwk }) => jwk) };
  issuer.answerBy((_request, response) => response.writeHead(500).end());
  for (let i = 0; i < 5; i += 1) await expect(tokens.verify(token)).rejects.toThrow(KeysUnavailableError);
  expect(issuer.fetched()).toBe(1);
  issuer.answerBy((_request, response) => response.end(JSON.stringify(keys)));
  time.now += 1_000;
  expect(await tokens.verify(token)).toMatchObject({ sub: expect.any(String) });
});

test('a key that is new in the pool is found, half a minute after keys were fetched', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { issuer, time, tokens } = await verifier();
  await tokens.verify(await issuer.token());
  const added = await signingKey('pool-key-3');
  issuer.published.push(added);
  const token = await sign(goodClaims(issuer.expected), added);
  await expect(async () => tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' });
  vi.setSystemTime(Date.now() + 30_000);
  time.now = Date.now();
  expect(await tokens.verify(token)).toMatchObject({ sub: expect.any(String) });
  expect(issuer.fetched()).toBe(2);
});
