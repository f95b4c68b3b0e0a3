import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { ExpectedToken } from '../src/access/token-verifier';

/** A key that tokens are signed with, and its public half as an issuer publishes it. */
export type SigningKey = Awaited<ReturnType<typeof signingKey>>;

/** Makes a key; it takes a tenth of a second. */
export async function signingKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, publicKey, jwk };
}

/** Serves something on a free port until the test is over; gives its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a token says that is good for `expected`, for an hour from now. */
export function goodClaims({ issuer, clientId, scope }: ExpectedToken): JWTPayload {
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

/** A user pool with two keys, until the test is over. */
export async function serveIssuer({ keys = POOL_KEYS }: { keys?: Promise<SigningKey[]> } = {}) {
  const published = [...(await keys)];
  let fetched = 0;
  let answer: RequestListener = (_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  };
  const origin = await serve((request, response) => {
    fetched += 1;
    if (request.url === '/local_pool/.well-known/jwks.json') answer(request, response);
    else response.writeHead(404).end();
  });
  const [first] = published;
  if (first === undefined) throw new Error('A pool has a key');
  const expected = { issuer: `${origin}/local_pool`, clientId: '1example23456789', scope: 'greetings/read' };
  return {
    expected,
    key: first,
    published,
    /** How often its keys were asked for. */
    fetched: () => fetched,
    /** From now on it answers like that. */
    answerBy: (listener: RequestListener) => (answer = listener),
    /** An access token of it, with some claims changed; `undefined` takes one away. */
    token: (change: JWTPayload = {}) => sign(withoutUndefined({ ...goodClaims(expected), ...change }), first),
    /** What an API's environment has to take its tokens. */
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

/** The same for all tests of a file: making keys is slow. */
const POOL_KEYS = Promise.all(['pool-key-1', 'pool-key-2'].map(signingKey));
