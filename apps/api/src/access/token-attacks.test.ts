import { constants, createHmac, KeyObject, sign as signBytes } from 'node:crypto';
import { exportSPKI } from 'jose';
import { expect, test } from 'vitest';
import { Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { goodClaims, serve, type serveIssuer, sign, signingKey } from '../../test/issuer';
import { serveVerifyingApp } from '../../test/verifying-app';

type Issuer = Awaited<ReturnType<typeof serveIssuer>>;

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600;

/** A token put together by hand; `seal` makes its signature of the first two parts. */
function forge(header: object, claims: object, seal: (input: string) => string): string {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${seal(input)}`;
}

/** Who sends it has no good token: the gateway out of the way, each of them is refused by the API alone. */
const ATTACKS: Readonly<Record<string, (issuer: Issuer) => Promise<string> | string>> = {
  'alg none, no signature': ({ expected }) =>
    forge({ alg: 'none', kid: 'pool-key-1' }, goodClaims(expected), () => ''),
  'alg NONE, spelled otherwise': ({ expected }) =>
    forge({ alg: 'nOnE', kid: 'pool-key-1' }, goodClaims(expected), () => ''),
  'alg none, with a good signature': async (issuer) => {
    const [, , signature] = (await issuer.token()).split('.');
    return forge({ alg: 'none', kid: 'pool-key-1' }, goodClaims(issuer.expected), () => String(signature));
  },
  'HMAC with the public key as PEM': async ({ expected, key }) => {
    const pem = await exportSPKI(key.publicKey);
    return forge({ alg: 'HS256', kid: key.kid }, goodClaims(expected), (input) =>
      createHmac('sha256', pem).update(input).digest('base64url'),
    );
  },
  'HMAC with the modulus': ({ expected, key }) =>
    forge({ alg: 'HS256', kid: key.kid }, goodClaims(expected), (input) =>
      createHmac('sha256', Buffer.from(String(key.jwk.n), 'base64url'))
        .update(input)
        .digest('base64url'),
    ),
  'HMAC with nothing': ({ expected, key }) =>
    forge({ alg: 'HS256', kid: key.kid }, goodClaims(expected), (input) =>
      createHmac('sha256', '').update(input).digest('base64url'),
    ),
  'another algorithm of the same key (PS256)': ({ expected, key }) =>
    forge({ alg: 'PS256', kid: key.kid }, goodClaims(expected), (input) =>
      signBytes('sha256', Buffer.from(input), {
        key: KeyObject.from(key.privateKey),
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      }).toString('base64url'),
    ),
  'RS512 with the good key': ({ expected, key }) =>
    forge({ alg: 'RS512', kid: key.kid }, goodClaims(expected), (input) =>
      signBytes('sha512', Buffer.from(input), KeyObject.from(key.privateKey)).toString('base64url'),
    ),
  'a key of its own in jwk': async ({ expected }) => {
    const own = await signingKey('own');
    return sign(goodClaims(expected), own, { jwk: own.jwk, kid: undefined as never });
  },
  'a key of its own in jwk, named as the pool’s': async ({ expected }) => {
    const own = await signingKey('pool-key-1');
    return sign(goodClaims(expected), own, { jwk: own.jwk });
  },
  'a key of its own at jku': async ({ expected }) => {
    const own = await signingKey('own');
    const origin = await serve((_request, response) => response.end(JSON.stringify({ keys: [own.jwk] })));
    return sign(goodClaims(expected), own, { jku: `${origin}/jwks.json` });
  },
  'a certificate of its own in x5c': async ({ expected }) => {
    const own = await signingKey('pool-key-1');
    return sign(goodClaims(expected), own, { x5c: ['MIIB'] });
  },
  'an unknown kid': async ({ expected, key }) => sign(goodClaims(expected), { ...key, kid: 'elsewhere' }),
  'a kid that is a path': async ({ expected, key }) =>
    sign(goodClaims(expected), { ...key, kid: '../../../../dev/null' }),
  'a kid that would be SQL': async ({ expected, key }) =>
    sign(goodClaims(expected), { ...key, kid: "x' UNION SELECT 'key" }),
  'no kid': async ({ expected, key }) => sign(goodClaims(expected), key, { kid: undefined as never }),
  'the kid of another key of the pool': async ({ expected, key }) =>
    sign(goodClaims(expected), { ...key, kid: 'pool-key-2' }),
  'an extension that has to be understood (crit)': ({ expected, key }) =>
    forge({ alg: 'RS256', kid: key.kid, crit: ['exp'], exp: 1 }, goodClaims(expected), () => 'AAAA'),
  'an unencoded payload (b64: false)': ({ expected, key }) =>
    forge({ alg: 'RS256', kid: key.kid, b64: false, crit: ['b64'] }, goodClaims(expected), () => 'AAAA'),
  'another key under the pool’s name': async ({ expected }) =>
    sign(goodClaims(expected), await signingKey('pool-key-1')),
  'the issuer of another pool, signed by this one': ({ token, expected }) =>
    token({ iss: `${expected.issuer}2` }),
  'an issuer that begins like this one': ({ token, expected }) => token({ iss: `${expected.issuer}/x` }),
  'no issuer': ({ token }) => token({ iss: undefined as never }),
  'issuers as a list': ({ token, expected }) => token({ iss: [expected.issuer] as never }),
  'another client': ({ token }) => token({ client_id: 'another' }),
  'no client': ({ token }) => token({ client_id: undefined }),
  'an ID token': ({ token, expected }) =>
    token({ token_use: 'id', aud: expected.clientId, client_id: undefined }),
  'an ID token with all else right': ({ token }) => token({ token_use: 'id' }),
  'no token_use': ({ token }) => token({ token_use: undefined }),
  'expired a second ago': ({ token }) => token({ exp: Math.floor(Date.now() / 1_000) - 1 }),
  'expired for years': ({ token }) => token({ exp: 1 }),
  'no expiry': ({ token }) => token({ exp: undefined as never }),
  'an expiry that is text': ({ token }) => token({ exp: String(inAnHour()) as never }),
  'not yet valid': ({ token }) => token({ nbf: inAnHour() }),
  'nobody’s': ({ token }) => token({ sub: undefined as never }),
  'nobody’s, by an empty sub': ({ token }) => token({ sub: '' }),
  'a sub that is no text': ({ token }) => token({ sub: { toString: 'x' } as never }),
  'oversized, and signed': ({ token }) => token({ padding: 'x'.repeat(9_000) }),
  'changed claims under a good signature': async ({ token, expected }) => {
    const [header, , signature] = (await token()).split('.');
    return [header, encoded({ ...goodClaims(expected), sub: 'somebody-else' }), signature].join('.');
  },
  'a signature cut short': async ({ token }) => (await token()).slice(0, -10),
  'an empty signature': async ({ token }) => (await token()).replace(/[^.]*$/, ''),
  'four parts': async ({ token }) => `${await token()}.x`,
  'five parts, as encrypted ones have': () => 'a.b.c.d.e',
  'claims that are no object': ({ key }) => forge({ alg: 'RS256', kid: key.kid }, ['x'], () => 'AAAA'),
  'a header that pollutes prototypes': ({ expected }) =>
    `${Buffer.from('{"__proto__":{"alg":"RS256","kid":"pool-key-1"}}').toString('base64url')}.${encoded(goodClaims(expected))}.AAAA`,
  garbage: () => 'garbage',
  dots: () => '..',
};

test.each(Object.entries(ATTACKS))('refused: %s', async (_, attack) => {
  const { ask, issuer, log } = await serveVerifyingApp();
  const token = await attack(issuer);
  const answer = await ask(`Bearer ${token}`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(answer.headers.get('content-type')).toBe(PROBLEM_CONTENT_TYPE);
  expect(Problem.parse(await answer.json()).detail).toBe('The access token is not valid, or no longer');
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ status: 401, code: 'ERR_INVALID_TOKEN', reason: expect.any(String) });
  expect(log[0]).not.toHaveProperty('sub');
  if (token.length > 20) expect(JSON.stringify(log)).not.toContain(token.slice(0, 20));
});

test.each([
  ['no scope', undefined],
  ['an empty scope', ''],
  ['other scopes', 'openid email greetings/write'],
  ['a scope that begins like it', 'greetings/read-all xgreetings/read'],
  ['scopes as a list', ['greetings/read']],
  ['the scope in other letters', 'Greetings/Read'],
])('a good token with %s is forbidden', async (_, scope) => {
  const { ask, issuer } = await serveVerifyingApp();
  const answer = await ask(`Bearer ${await issuer.token({ scope })}`);
  expect(answer.status).toBe(403);
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_scope", scope="greetings/read"',
  );
  expect(Problem.parse(await answer.json()).detail).toBe('The access token lacks the scope greetings/read');
});

test.each([undefined, ''])('without a token (%j) the answer says how to send one', async (authorization) => {
  const { ask } = await serveVerifyingApp();
  const answer = await ask(authorization);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'Bearer <x>', 'Token x', 'bearer'])(
  '%s is no bearer token',
  async (authorization) => {
    const { ask } = await serveVerifyingApp();
    expect((await ask(authorization)).status).toBe(401);
  },
);

test('a token without its scheme is refused here, though API Gateway lets it pass (AG-AU-07)', async () => {
  const { ask, issuer } = await serveVerifyingApp();
  expect((await ask(await issuer.token())).status).toBe(401);
});

test('a good token is let in, again and again, whatever the case of its scheme', async () => {
  const { ask, issuer, log } = await serveVerifyingApp();
  const token = await issuer.token();
  for (const scheme of ['Bearer', 'bearer', 'BEARER  ']) {
    expect((await ask(`${scheme} ${token}`)).status).toBe(200);
  }
  await expect.poll(() => log).toHaveLength(3);
  expect(log.map(({ sub }) => sub)).toEqual(Array(3).fill('6f1d2c3b-0000-4000-8000-000000000001'));
});

test.each(['/api/greeting', '/api/greetings', '/api/openapi.json', '/api/nope', '/nope', '/'])(
  'around the gateway %s tells nobody anything',
  async (path) => {
    const { ask } = await serveVerifyingApp();
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT']) {
      expect((await ask(undefined, path, { method })).status).toBe(401);
    }
  },
);

test.each(['/health', '/ready'])('%s is open', async (path) => {
  const { ask } = await serveVerifyingApp();
  expect((await ask(undefined, path)).status).toBe(200);
});

test('no token is looked for but in the header', async () => {
  const { ask, issuer } = await serveVerifyingApp();
  const token = await issuer.token();
  expect((await ask(undefined, `/api/greeting?access_token=${token}`)).status).toBe(401);
  expect((await ask(undefined, '/api/greeting', { headers: { cookie: `token=${token}` } })).status).toBe(401);
});
