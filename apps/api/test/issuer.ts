import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { ExpectedToken } from '../src/auth/token-verifier';

/** A key pair that signs tokens, with its public key as an issuer publishes it. */
export type SigningKey = Awaited<ReturnType<typeof createSigningKey>>;

/** Creates a key pair; it takes about 0.1 s. */
export async function createSigningKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, publicKey, jwk };
}

/** Starts a server on a free port until the test ends, and returns its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns the claims of a valid token that expires in an hour. */
export function validClaims({ issuer, clientId, scope }: ExpectedToken): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  return {
    sub: '6f1d2c3b-0000-4000-8000-000000000001',
    iss: issuer,
    version: 2,
    client_id: clientId,
    token_use: 'access',
    scope: `openid ${scope}`,
    auth_time: now,
    iat: now,
    exp: now + 3_600,
    username: 'demo',
  };
}

/** Signs a token as Cognito does. */
export function sign(
  claims: JWTPayload,
  { privateKey, kid }: Pick<SigningKey, 'privateKey' | 'kid'>,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(privateKey);
}

/** Serves a user pool with two keys until the test ends. */
export async function serveIssuer() {
  const published = [...(await POOL_KEYS)];
  let fetches = 0;
  let listener: RequestListener = (_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  };
  const origin = await serve((request, response) => {
    fetches += 1;
    if (request.url === '/local_pool/.well-known/jwks.json') listener(request, response);
    else response.writeHead(404).end();
  });
  const [key] = published;
  if (key === undefined) throw new Error('The user pool has no key');
  const expected = { issuer: `${origin}/local_pool`, clientId: '1example23456789', scope: 'greetings/read' };
  return {
    expected,
    key,
    published,
    /** Returns how many times the keys were fetched. */
    fetches: () => fetches,
    /** Replaces the response of the user pool. */
    respondWith: (replacement: RequestListener) => (listener = replacement),
    /** Returns an access token with these claims changed; `undefined` removes a claim. */
    token: (changes: JWTPayload = {}) =>
      sign(withoutUndefined({ ...validClaims(expected), ...changes }), key),
    /** Environment variables of an API that accepts the tokens. */
    environment: {
      TOKEN_ISSUER: expected.issuer,
      TOKEN_CLIENT_ID: expected.clientId,
      TOKEN_SCOPE: expected.scope,
    },
  };
}

function withoutUndefined(claims: JWTPayload): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** Shared by all tests of a file, because creating keys is slow. */
const POOL_KEYS = Promise.all(['pool-key-1', 'pool-key-2'].map(createSigningKey));
