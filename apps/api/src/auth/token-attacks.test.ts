import { constants, createHmac, KeyObject, sign as signBytes } from 'node:crypto';
import { exportSPKI } from 'jose';
import { expect, test } from 'vitest';
import { Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { createSigningKey, serve, type serveIssuer, sign, validClaims } from '../../test/issuer';
import { serveVerifyingApp } from '../../test/verifying-app';

type Issuer = Awaited<ReturnType<typeof serveIssuer>>;

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600;

/** Creates a token without jose; `signInput` signs the first two parts. */
function forge(header: object, claims: object, signInput: (input: string) => string): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signInput(input)}`;
}

/** Tokens that the API must reject by itself, without API Gateway in front of it. */
const ATTACKS: Readonly<Record<string, (issuer: Issuer) => Promise<string> | string>> = {
  'alg none, no signature': ({ expected }) =>
    forge({ alg: 'none', kid: 'pool-key-1' }, validClaims(expected), () => ''),
  'alg none in mixed case': ({ expected }) =>
    forge({ alg: 'nOnE', kid: 'pool-key-1' }, validClaims(expected), () => ''),
  'alg none, with a valid signature': async (issuer) => {
    const [, , signature] = (await issuer.token()).split('.');
    return forge({ alg: 'none', kid: 'pool-key-1' }, validClaims(issuer.expected), () => String(signature));
  },
  'HMAC with the public key as PEM': async ({ expected, key }) => {
    const pem = await exportSPKI(key.publicKey);
    return forge({ alg: 'HS256', kid: key.kid }, validClaims(expected), (input) =>
      createHmac('sha256', pem).update(input).digest('base64url'),
    );
  },
  'HMAC with the modulus': ({ expected, key }) =>
    forge({ alg: 'HS256', kid: key.kid }, validClaims(expected), (input) =>
      createHmac('sha256', Buffer.from(String(key.jwk.n), 'base64url'))
        .update(input)
        .digest('base64url'),
    ),
  'HMAC with an empty key': ({ expected, key }) =>
    forge({ alg: 'HS256', kid: key.kid }, validClaims(expected), (input) =>
      createHmac('sha256', '').update(input).digest('base64url'),
    ),
  'PS256 with the right key': ({ expected, key }) =>
    forge({ alg: 'PS256', kid: key.kid }, validClaims(expected), (input) =>
      signBytes('sha256', Buffer.from(input), {
        key: KeyObject.from(key.privateKey),
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      }).toString('base64url'),
    ),
  'RS512 with the right key': ({ expected, key }) =>
    forge({ alg: 'RS512', kid: key.kid }, validClaims(expected), (input) =>
      signBytes('sha512', Buffer.from(input), KeyObject.from(key.privateKey)).toString('base64url'),
    ),
  'an attacker’s key in jwk': async ({ expected }) => {
    const attackersKey = await createSigningKey('attackersKey');
    return sign(validClaims(expected), attackersKey, { jwk: attackersKey.jwk, kid: undefined as never });
  },
  'an attacker’s key in jwk, with the kid of the user pool': async ({ expected }) => {
    const attackersKey = await createSigningKey('pool-key-1');
    return sign(validClaims(expected), attackersKey, { jwk: attackersKey.jwk });
  },
  'an attacker’s key at jku': async ({ expected }) => {
    const attackersKey = await createSigningKey('attackersKey');
    const origin = await serve((_request, response) =>
      response.end(JSON.stringify({ keys: [attackersKey.jwk] })),
    );
    return sign(validClaims(expected), attackersKey, { jku: `${origin}/jwks.json` });
  },
  'an attacker’s certificate in x5c': async ({ expected }) => {
    const attackersKey = await createSigningKey('pool-key-1');
    return sign(validClaims(expected), attackersKey, { x5c: ['MIIB'] });
  },
  'an unknown kid': async ({ expected, key }) => sign(validClaims(expected), { ...key, kid: 'elsewhere' }),
  'a kid that is a path': async ({ expected, key }) =>
    sign(validClaims(expected), { ...key, kid: '../../../../dev/null' }),
  'a kid with SQL': async ({ expected, key }) =>
    sign(validClaims(expected), { ...key, kid: "x' UNION SELECT 'key" }),
  'no kid': async ({ expected, key }) => sign(validClaims(expected), key, { kid: undefined as never }),
  'the kid of another key of the user pool': async ({ expected, key }) =>
    sign(validClaims(expected), { ...key, kid: 'pool-key-2' }),
  'a critical extension (crit)': ({ expected, key }) =>
    forge({ alg: 'RS256', kid: key.kid, crit: ['exp'], exp: 1 }, validClaims(expected), () => 'AAAA'),
  'an unencoded payload (b64: false)': ({ expected, key }) =>
    forge({ alg: 'RS256', kid: key.kid, b64: false, crit: ['b64'] }, validClaims(expected), () => 'AAAA'),
  'another key with the kid of the user pool': async ({ expected }) =>
    sign(validClaims(expected), await createSigningKey('pool-key-1')),
  'another issuer, signed by this one': ({ token, expected }) => token({ iss: `${expected.issuer}2` }),
  'an issuer that starts with the right one': ({ token, expected }) => token({ iss: `${expected.issuer}/x` }),
  'no issuer': ({ token }) => token({ iss: undefined as never }),
  'issuers as a list': ({ token, expected }) => token({ iss: [expected.issuer] as never }),
  'another client_id': ({ token }) => token({ client_id: 'another' }),
  'no client_id': ({ token }) => token({ client_id: undefined }),
  'an ID token': ({ token, expected }) =>
    token({ token_use: 'id', aud: expected.clientId, client_id: undefined }),
  'an ID token with the claims of an access token': ({ token }) => token({ token_use: 'id' }),
  'no token_use': ({ token }) => token({ token_use: undefined }),
  'expired a second ago': ({ token }) => token({ exp: Math.floor(Date.now() / 1_000) - 1 }),
  'expired years ago': ({ token }) => token({ exp: 1 }),
  'no exp': ({ token }) => token({ exp: undefined as never }),
  'an exp that is a string': ({ token }) => token({ exp: String(inAnHour()) as never }),
  'an nbf in the future': ({ token }) => token({ nbf: inAnHour() }),
  'no sub': ({ token }) => token({ sub: undefined as never }),
  'an empty sub': ({ token }) => token({ sub: '' }),
  'a sub that is an object': ({ token }) => token({ sub: { toString: 'x' } as never }),
  'a valid signature, but too long': ({ token }) => token({ padding: 'x'.repeat(9_000) }),
  'changed claims with the signature of others': async ({ token, expected }) => {
    const [header, , signature] = (await token()).split('.');
    return [header, encode({ ...validClaims(expected), sub: 'another-user' }), signature].join('.');
  },
  'a truncated signature': async ({ token }) => (await token()).slice(0, -10),
  'an empty signature': async ({ token }) => (await token()).replace(/[^.]*$/, ''),
  'four parts': async ({ token }) => `${await token()}.x`,
  'five parts, like an encrypted token': () => 'a.b.c.d.e',
  'claims that are not an object': ({ key }) => forge({ alg: 'RS256', kid: key.kid }, ['x'], () => 'AAAA'),
  'a header with __proto__': ({ expected }) =>
    `${Buffer.from('{"__proto__":{"alg":"RS256","kid":"pool-key-1"}}').toString('base64url')}.${encode(validClaims(expected))}.AAAA`,
  garbage: () => 'garbage',
  dots: () => '..',
};

test.each(Object.entries(ATTACKS))('rejects a token: %s', async (_, attack) => {
  const { call, issuer, log } = await serveVerifyingApp();
  const token = await attack(issuer);
  const response = await call(`Bearer ${token}`);
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(response.headers.get('content-type')).toBe(PROBLEM_CONTENT_TYPE);
  expect(Problem.parse(await response.json()).detail).toBe('The access token is not valid or has expired');
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    res: { statusCode: 401 },
    code: 'ERR_INVALID_TOKEN',
    reason: expect.any(String),
  });
  expect(log[0]).not.toHaveProperty('sub');
  if (token.length > 20) expect(JSON.stringify(log)).not.toContain(token.slice(0, 20));
});

test.each([
  ['no scope', undefined],
  ['an empty scope', ''],
  ['other scopes', 'openid email greetings/write'],
  ['scopes that contain its name', 'greetings/read-all xgreetings/read'],
  ['scopes as a list', ['greetings/read']],
  ['the scope in another case', 'Greetings/Read'],
])('rejects a valid token with %s with 403', async (_, scope) => {
  const { call, issuer } = await serveVerifyingApp();
  const response = await call(`Bearer ${await issuer.token({ scope })}`);
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_scope", scope="greetings/read"',
  );
  expect(Problem.parse(await response.json()).detail).toBe(
    'The access token does not have the scope greetings/read',
  );
});

test.each([undefined, ''])(
  'rejects a request without a token (%j), naming the scheme',
  async (authorization) => {
    const { call } = await serveVerifyingApp();
    const response = await call(authorization);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  },
);

test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'Bearer <x>', 'Token x', 'bearer'])(
  'rejects the Authorization header %j',
  async (authorization) => {
    const { call } = await serveVerifyingApp();
    expect((await call(authorization)).status).toBe(401);
  },
);

test('rejects a token without "Bearer", which API Gateway accepts (AG-AU-07)', async () => {
  const { call, issuer } = await serveVerifyingApp();
  expect((await call(await issuer.token())).status).toBe(401);
});

test('accepts a valid token repeatedly, whatever the case of "Bearer"', async () => {
  const { call, issuer, log } = await serveVerifyingApp();
  const token = await issuer.token();
  for (const scheme of ['Bearer', 'bearer', 'BEARER  ']) {
    expect((await call(`${scheme} ${token}`)).status).toBe(200);
  }
  await expect.poll(() => log).toHaveLength(3);
  expect(log.map(({ sub }) => sub)).toEqual(Array(3).fill('6f1d2c3b-0000-4000-8000-000000000001'));
});

test.each(['/api/openapi.json', '/api/nope', '/api/admin', '/nope', '/'])(
  'rejects every method on %s without a token',
  async (path) => {
    const { call } = await serveVerifyingApp();
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT']) {
      expect((await call(undefined, path, { method })).status).toBe(401);
    }
  },
);

test.each(['/health', '/ready'])('%s needs no token', async (path) => {
  const { call } = await serveVerifyingApp();
  expect((await call(undefined, path)).status).toBe(200);
});

test('accepts a token only in the Authorization header', async () => {
  const { call, issuer } = await serveVerifyingApp();
  const token = await issuer.token();
  expect((await call(undefined, `/api/openapi.json?access_token=${token}`)).status).toBe(401);
  expect((await call(undefined, '/api/openapi.json', { headers: { cookie: `token=${token}` } })).status).toBe(
    401,
  );
});
