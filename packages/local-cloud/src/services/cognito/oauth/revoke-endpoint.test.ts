import { jwtVerify, createLocalJWKSet } from 'jose';
import { expect, test } from 'vitest';
import { payloadOf } from '../testing/payload';
import { ADA, startCognito, type RunningCognito } from '../testing/running-cognito';
import { CALLBACK } from '../testing/template';

function revoke({ origin }: RunningCognito, form: Record<string, string>): Promise<Response> {
  return fetch(`${origin}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams(form) });
}

async function signedIn(changes: Parameters<typeof startCognito>[0] = {}) {
  const running = await startCognito(changes);
  const visitor = running.browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = () =>
    visitor.token({
      grant_type: 'refresh_token',
      client_id: running.clientId,
      refresh_token: String(body.refresh_token),
    });
  const { access_token, id_token, refresh_token } = body as Record<string, string>;
  return {
    running,
    refresh,
    access_token: access_token ?? '',
    id_token: id_token ?? '',
    refresh_token: refresh_token ?? '',
  };
}

test('after revocation, refresh and userInfo are rejected while the signature still verifies [CG-RV-01, CG-RV-04]', async () => {
  const { running, refresh, access_token, refresh_token } = await signedIn();
  const response = await revoke(running, { token: refresh_token, client_id: running.clientId });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
  expect(response.headers.get('content-type')).toBeNull();
  expect((await refresh()).body).toEqual({ error: 'invalid_grant' });
  const headers = { authorization: `Bearer ${access_token}` };
  expect((await fetch(`${running.origin}/oauth2/userInfo`, { headers })).status).toBe(401);
  const keys = createLocalJWKSet(running.cognito.jwks(running.pool.id));
  await expect(jwtVerify(access_token, keys)).resolves.toBeDefined();
  await running.close();
});

test('revoke answers 200 for a revoked or unknown refresh token [CG-RV-01]', async () => {
  const { running, refresh_token } = await signedIn();
  const form = { token: refresh_token, client_id: running.clientId };
  await revoke(running, form);
  expect((await revoke(running, form)).status).toBe(200);
  expect((await revoke(running, { ...form, token: 'made-up' })).status).toBe(200);
  await running.close();
});

test('revoke rejects access and ID tokens [CG-RV-02]', async () => {
  const { running, refresh, access_token, id_token } = await signedIn();
  for (const token of [access_token, id_token]) {
    const response = await revoke(running, { token, client_id: running.clientId });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'unsupported_token_type' });
  }
  expect((await refresh()).status).toBe(200);
  await running.close();
});

test('revoke ignores the id of an access token', async () => {
  const { running, refresh, access_token } = await signedIn();
  await revoke(running, { token: String(payloadOf(access_token).jti), client_id: running.clientId });
  const headers = { authorization: `Bearer ${access_token}` };
  expect((await fetch(`${running.origin}/oauth2/userInfo`, { headers })).status).toBe(200);
  expect((await refresh()).status).toBe(200);
  await running.close();
});

test('revoke answers invalid_request without a token [CG-RV-03]', async () => {
  const { running } = await signedIn();
  const response = await revoke(running, { client_id: running.clientId });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'invalid_request' });
  await running.close();
});

test('revoke answers invalid_request when the client has revocation off, and the token stays valid [CG-RV-03]', async () => {
  const { running, refresh, refresh_token } = await signedIn({ client: { EnableTokenRevocation: false } });
  const response = await revoke(running, { token: refresh_token, client_id: running.clientId });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'invalid_request' });
  expect((await refresh()).status).toBe(200);
  await running.close();
});

test('revoke answers invalid_client to other and unknown clients, and the token stays valid [CG-RV-03]', async () => {
  const { running, refresh, refresh_token } = await signedIn({
    more: {
      OtherClient: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: {
          AllowedOAuthFlows: ['code'],
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthScopes: ['openid'],
          CallbackURLs: [CALLBACK],
          UserPoolId: { Ref: 'Pool' },
        },
      },
    },
  });
  const other = running.pool.clients.find(({ logicalId }) => logicalId === 'OtherClient')?.id ?? '';
  for (const client_id of [other, 'unknown']) {
    const response = await revoke(running, { token: refresh_token, client_id });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'invalid_client' });
  }
  expect((await refresh()).status).toBe(200);
  await running.close();
});

test('revoke ends one sign-in and no other of the same browser', async () => {
  const { running, refresh } = await signedIn();
  const visitor = running.browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  await revoke(running, { token: String(body.refresh_token), client_id: running.clientId });
  expect((await refresh()).status).toBe(200);
  await running.close();
});
