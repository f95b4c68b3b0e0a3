import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { ADA, startCognito } from '../testing/running-cognito';

test('a sign-in with code and PKCE returns tokens that verify', async () => {
  const running = await startCognito();
  const browser = running.browser();
  const answer = await browser.signIn(ADA);
  expect(answer.get('state')).toBe('a-state');
  const { status, body } = await browser.redeem(answer.get('code'));
  expect(status, running.logged.join('')).toBe(200);
  const keys = createRemoteJWKSet(new URL(`${running.issuer}/.well-known/jwks.json`));
  const access = await jwtVerify(String(body.access_token), keys, { issuer: running.issuer });
  const id = await jwtVerify(String(body.id_token), keys, {
    issuer: running.issuer,
    audience: running.clientId,
  });
  expect(access.payload.scope).toBe('openid email profile greetings/read');
  expect(id.payload.nonce).toBe('a-nonce');
  expect(decodeProtectedHeader(String(body.id_token)).kid).not.toBe(
    decodeProtectedHeader(String(body.access_token)).kid,
  );
  await running.close();
});
