import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import type { WireResponse } from '@spa-on-aws/local-cloud/contract';
import { ADMIN_GROUP, API_OPERATIONS, OPENAPI_PATH, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { exchange } from '../exchange';
import { expect, test as base } from '../fixtures';
import type { TokenResponse } from '../signed-in-user';

type Key = JsonWebKey & { readonly kid: string };

/** An attacker's means: the public keys of the pool, and tokens of their own sign-in. */
interface Attacker {
  readonly tokens: TokenResponse;
  /** The public key that access tokens are signed with, and the pool's other one. */
  readonly key: Key;
  readonly otherKey: Key;
  /** Claims of the access token, and the group `admins`, which the user is not in. */
  readonly claims: Readonly<Record<string, unknown>>;
}

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decoded = <T>(part = ''): T => JSON.parse(Buffer.from(part, 'base64url').toString()) as T;

/** Builds a token; `sign` signs the first two parts. */
function forge(header: object, claims: unknown, sign: (input: string) => string): string {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${sign(input)}`;
}

/** Returns the token with changed claims and the original signature. */
function changed({ tokens, claims }: Attacker, change: Readonly<Record<string, unknown>>): string {
  const [header, , signature] = tokens.access_token.split('.');
  return [header, encoded({ ...claims, ...change }), signature].join('.');
}

const attackerKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const attackerJwk = attackerKeys.publicKey.export({ format: 'jwk' });
const signedByAttacker = (input: string): string =>
  sign('sha256', Buffer.from(input), attackerKeys.privateKey).toString('base64url');
const hmacWith =
  (secret: string | Buffer) =>
  (input: string): string =>
    createHmac('sha256', secret).update(input).digest('base64url');

const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600;

/** Builds an invalid token for each attack. */
const ATTACKS: Readonly<Record<string, (attacker: Attacker) => string>> = {
  'alg none, no signature': ({ key: { kid }, claims }) => forge({ alg: 'none', kid }, claims, () => ''),
  'alg none in mixed case': ({ key: { kid }, claims }) => forge({ alg: 'nOnE', kid }, claims, () => ''),
  'alg none, with a valid signature': ({ key: { kid }, claims, tokens }) =>
    forge({ alg: 'none', kid }, claims, () => String(tokens.access_token.split('.')[2])),
  'HMAC with the public key as PEM': ({ key, claims }) => {
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return forge({ alg: 'HS256', kid: key.kid }, claims, hmacWith(pem));
  },
  'HMAC with the modulus of the public key': ({ key, claims }) =>
    forge({ alg: 'HS256', kid: key.kid }, claims, hmacWith(Buffer.from(String(key.n), 'base64url'))),
  'HMAC with an empty key': ({ key, claims }) => forge({ alg: 'HS256', kid: key.kid }, claims, hmacWith('')),
  'the attacker’s key in jwk': ({ claims }) =>
    forge({ alg: 'RS256', jwk: attackerJwk }, claims, signedByAttacker),
  'the attacker’s key in jwk, with the pool’s kid': ({ key: { kid }, claims }) =>
    forge({ alg: 'RS256', kid, jwk: { ...attackerJwk, kid } }, claims, signedByAttacker),
  'the attacker’s certificate in x5c': ({ key: { kid }, claims }) =>
    forge({ alg: 'RS256', kid, x5c: ['MIIB'] }, claims, signedByAttacker),
  'an unknown kid': ({ claims }) => forge({ alg: 'RS256', kid: 'elsewhere' }, claims, signedByAttacker),
  'a kid that is a path': ({ claims }) =>
    forge({ alg: 'RS256', kid: '../../../../dev/null' }, claims, signedByAttacker),
  'a kid with SQL': ({ claims }) =>
    forge({ alg: 'RS256', kid: "x' UNION SELECT 'key" }, claims, signedByAttacker),
  'no kid': ({ tokens }) => {
    const [, claims, signature] = tokens.access_token.split('.');
    return [encoded({ alg: 'RS256' }), claims, signature].join('.');
  },
  'the kid of another key of the pool': ({ tokens, otherKey: { kid } }) => {
    const [, claims, signature] = tokens.access_token.split('.');
    return [encoded({ kid, alg: 'RS256' }), claims, signature].join('.');
  },
  'an unknown critical header (crit)': ({ key: { kid }, claims }) =>
    forge({ alg: 'RS256', kid, crit: ['exp'], exp: 1 }, claims, signedByAttacker),
  'the attacker’s key, with the pool’s kid': ({ key: { kid }, claims }) =>
    forge({ alg: 'RS256', kid }, claims, signedByAttacker),
  'an issuer that starts with the pool’s issuer': (attacker) =>
    changed(attacker, { iss: `${String(attacker.claims['iss'])}/x` }),
  'another client': (attacker) => changed(attacker, { client_id: 'another' }),
  'an ID token': ({ tokens }) => tokens.id_token,
  'an access token with token_use id': (attacker) => changed(attacker, { token_use: 'id' }),
  'expired for years': (attacker) => changed(attacker, { exp: 1 }),
  'not yet valid': (attacker) => changed(attacker, { nbf: inAnHour() }),
  'changed claims with the original signature': (attacker) => changed(attacker, { sub: 'another-user' }),
  'the group admins with the original signature': (attacker) => changed(attacker, {}),
  'a shortened signature': ({ tokens }) => tokens.access_token.slice(0, -10),
  'an empty signature': ({ tokens }) => tokens.access_token.replace(/[^.]*$/, ''),
  'four parts': ({ tokens }) => `${tokens.access_token}.x`,
  'five parts, like an encrypted token': () => 'a.b.c.d.e',
  'claims that are an array': ({ key: { kid } }) => forge({ alg: 'RS256', kid }, ['x'], signedByAttacker),
  'a header that pollutes prototypes': ({ key: { kid }, claims }) =>
    `${Buffer.from(`{"__proto__":{"alg":"RS256","kid":"${kid}"}}`).toString('base64url')}.${encoded(claims)}.AAAA`,
  garbage: () => 'garbage',
  dots: () => '..',
};

const test = base.extend<object, { readonly attacker: Attacker }>({
  attacker: [
    async ({ user, tokens }, use) => {
      const [header, claims] = tokens.access_token.split('.');
      const { kid } = decoded<{ kid: string }>(header);
      const response = await user.request.get(`${user.config.issuer}/.well-known/jwks.json`);
      const { keys } = (await response.json()) as { keys: readonly Key[] };
      const [key, otherKey] = [keys.find((one) => one.kid === kid), keys.find((one) => one.kid !== kid)];
      if (!key || !otherKey) throw new Error(`${response.url()} lacks ${kid}, or has no other key`);
      await use({
        tokens,
        key,
        otherKey,
        claims: { ...decoded<object>(claims), 'cognito:groups': [ADMIN_GROUP] },
      });
    },
    { scope: 'worker' },
  ],
});
// All tests share one sign-in.
test.describe.configure({ mode: 'default' });

/** An operation for every signed-in user, and those for the members of a group. */
const PATHS = [
  OPENAPI_PATH,
  ...API_OPERATIONS.filter(({ access }) => typeof access === 'object').map(({ path }) => path),
];

/** Sends a GET request with these Authorization headers. */
function call(
  base: string,
  authorization: string | string[],
  path: string = OPENAPI_PATH,
): Promise<WireResponse> {
  return exchange({ url: base + path, headers: { authorization } });
}

for (const [name, attack] of Object.entries(ATTACKS)) {
  test(`API Gateway and the API reject this token: ${name} (AG-AU-02, AG-AU-05)`, async ({
    deployment: { siteUrl, apiEndpoint, backendUrl },
    attacker,
  }) => {
    const authorization = `Bearer ${attack(attacker)}`;
    for (const path of PATHS) {
      for (const url of [siteUrl, apiEndpoint].filter((one) => one !== undefined)) {
        const { status, headers, body } = await call(url, authorization, path);
        expect(status, `${path} at ${url}`).toBe(401);
        // The order of checks (signature, expiry) is not documented.
        expect(body.toString()).toMatch(/^\{"message":"(?:Unauthorized|The incoming token has expired)"\}$/);
        expect(headers['x-amzn-errortype']).toBe('UnauthorizedException');
      }
      if (backendUrl === undefined) continue;
      const { status, headers } = await call(backendUrl, authorization, path);
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
      expect(headers['content-type']).toBe(PROBLEM_CONTENT_TYPE);
    }
  });
}

test('API Gateway and the API reject a token without the scope (AG-AU-06)', async ({
  deployment: { siteUrl, apiEndpoint, backendUrl },
  user,
}) => {
  const { access_token: token } = await user.tokens({ scope: 'openid email' });
  for (const url of [siteUrl, apiEndpoint].filter((one) => one !== undefined)) {
    const { status } = await call(url, `Bearer ${token}`);
    expect([401, 403], `at ${url}`).toContain(status);
  }
  if (backendUrl === undefined) return;
  const { status, headers } = await call(backendUrl, `Bearer ${token}`);
  expect(status).toBe(403);
  expect(headers['www-authenticate']).toMatch(/error="insufficient_scope", scope=".+\/read"/);
});

test('API Gateway and the API reject an oversized token (AG-LIM-02)', async ({
  deployment: { siteUrl, apiEndpoint, backendUrl },
  attacker,
}) => {
  const token = changed(attacker, { padding: 'x'.repeat(9_000) });
  for (const url of [siteUrl, apiEndpoint, backendUrl].filter((one) => one !== undefined)) {
    const { status } = await call(url, `Bearer ${token}`);
    expect(status, `at ${url}`).toBeGreaterThanOrEqual(400);
    expect(status, `at ${url}`).toBeLessThan(500);
  }
});

test('API Gateway and the API reject two Authorization headers, even if the second is valid', async ({
  deployment: { siteUrl, apiEndpoint, backendUrl },
  attacker,
}) => {
  const good = `Bearer ${attacker.tokens.access_token}`;
  const bad = `Bearer ${changed(attacker, { sub: 'another-user' })}`;
  for (const url of [siteUrl, apiEndpoint, backendUrl].filter((one) => one !== undefined)) {
    const { status } = await call(url, [bad, good]);
    expect(status, `at ${url}`).toBeGreaterThanOrEqual(400);
    expect(status, `at ${url}`).toBeLessThan(500);
  }
});

test('the token that the attacks change is accepted (AG-AU-05)', async ({
  deployment: { siteUrl, apiEndpoint, backendUrl },
  attacker,
}) => {
  for (const url of [siteUrl, apiEndpoint, backendUrl].filter((one) => one !== undefined)) {
    const { status } = await call(url, `Bearer ${attacker.tokens.access_token}`);
    expect(status, `at ${url}`).toBe(200);
  }
});
