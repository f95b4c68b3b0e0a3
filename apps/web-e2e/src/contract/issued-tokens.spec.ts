import { expect, test } from '../fixtures';

type Claims = Readonly<Record<string, unknown>>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function decoded(token: string): { readonly header: Claims; readonly claims: Claims } {
  const [header = {}, claims = {}] = token
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims);
  return { header, claims };
}

test('tokens have a key id and an algorithm, but no type (CG-JT-01)', ({ facts: { tokens } }) => {
  for (const token of [tokens.access_token, tokens.id_token]) {
    expect(decoded(token).header).toEqual({ kid: expect.any(String), alg: 'RS256' });
  }
});

test('access and ID token are signed with different published keys (CG-JW-01)', async ({
  facts: { tokens, config },
  request,
}) => {
  const response = await request.get(`${config.issuer}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: readonly { readonly kid: string }[] };
  const used = [tokens.access_token, tokens.id_token].map((token) => decoded(token).header['kid']);
  expect(new Set(used).size).toBe(2);
  expect(new Set(keys.map(({ kid }) => kid))).toEqual(new Set(used));
});

test('an access token contains client and scopes, but no audience and no email (CG-JT-03)', ({
  facts: { tokens, config },
}) => {
  const { claims } = decoded(tokens.access_token);
  expect(claims).toMatchObject({
    iss: config.issuer,
    client_id: config.clientId,
    token_use: 'access',
    version: 2,
    sub: expect.stringMatching(UUID),
    username: expect.any(String),
    jti: expect.stringMatching(UUID),
    origin_jti: expect.stringMatching(UUID),
    event_id: expect.stringMatching(UUID),
    auth_time: expect.any(Number),
  });
  expect(new Set(String(claims['scope']).split(' '))).toEqual(new Set(config.scopes));
  expect(claims).not.toHaveProperty('aud');
  expect(claims).not.toHaveProperty('email');
});

test('an ID token contains the user, the audience and the nonce (CG-JT-03, CG-JT-04, CG-AZ-12)', ({
  facts: { tokens, config, nonce },
}) => {
  const { claims } = decoded(tokens.id_token);
  expect(claims).toMatchObject({
    iss: config.issuer,
    aud: config.clientId,
    token_use: 'id',
    nonce,
    at_hash: expect.any(String),
    sub: decoded(tokens.access_token).claims['sub'],
    'cognito:username': decoded(tokens.access_token).claims['username'],
    email: expect.stringContaining('@'),
    email_verified: expect.any(Boolean),
  });
  expect(claims).not.toHaveProperty('client_id');
});

test('tokens are valid for an hour, as the client is configured (CG-JT-02)', ({ facts: { tokens } }) => {
  for (const token of [tokens.access_token, tokens.id_token]) {
    const { exp, iat } = decoded(token).claims;
    expect(Number(exp) - Number(iat)).toBe(3_600);
  }
});
