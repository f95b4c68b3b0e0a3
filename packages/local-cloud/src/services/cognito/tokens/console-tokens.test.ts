import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { ADA, startCognito } from '../testing/running-cognito';

test('tokens for the console are signed by the pool, for a user of it, valid or expired', async () => {
  const { cognito, pool, issuer, clientId, close } = await startCognito();
  const [user] = cognito.tokens.users();
  expect(user?.name).toBe(ADA.email);
  const sub = user?.sub ?? '';
  const verified = async (use: 'access' | 'id', isExpired: boolean) => {
    const token = (await cognito.tokens.issue({ sub, use, isExpired })) ?? '';
    return (await jwtVerify(token, createLocalJWKSet(cognito.jwks(pool.id)), { issuer })).payload;
  };
  expect(await verified('access', false)).toMatchObject({ token_use: 'access', sub, client_id: clientId });
  expect(await verified('id', false)).toMatchObject({ token_use: 'id', sub, aud: clientId });
  await expect(verified('access', true)).rejects.toThrow('"exp" claim timestamp check failed');
  expect(await cognito.tokens.issue({ sub: 'nobody', use: 'access', isExpired: false })).toBeUndefined();
  await close();
});

test('a token for the console is valid after all tokens were made to expire', async () => {
  const { cognito, close } = await startCognito();
  cognito.controls.expireTokens();
  const [user] = cognito.tokens.users();
  const token = (await cognito.tokens.issue({ sub: user?.sub ?? '', use: 'access', isExpired: false })) ?? '';
  const { iat } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    iat: number;
  };
  expect(iat * 1_000).toBeGreaterThan(cognito.controls.expiredBefore());
  await close();
});
