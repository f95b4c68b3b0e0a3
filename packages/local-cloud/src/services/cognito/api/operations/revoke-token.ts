import { z } from 'zod';
import { providerTokens } from '../../../../adapters/oidc-provider';
import { UserPoolsApiError } from '../../errors';
import { record } from '../../pipeline/request';
import { checkClientSecret, clientOf } from '../lookup';
import { defineOperation } from '../operation';

/** Revokes a refresh token and the access tokens of its sign-in (row CG-UP-07). */
export const revokeToken = defineOperation({
  access: 'user',
  input: z.object({ ClientId: z.string(), ClientSecret: z.string().optional(), Token: z.string() }),
  async run({ ClientId, ClientSecret, Token }, call) {
    const { client } = clientOf(call, ClientId);
    checkClientSecret(client, ClientSecret);
    if (!client.tokenRevocation) {
      const message = 'Token revocation is not enabled for this client.';
      throw new UserPoolsApiError('UnsupportedOperationException', message);
    }
    if (/^ey[\w-]+\.[\w-]+\.[\w-]+$/.test(Token)) {
      throw new UserPoolsApiError('UnsupportedTokenTypeException', 'Only refresh tokens can be revoked.');
    }
    const token = await providerTokens.findRefreshToken(call.provider, Token);
    if (!token) return {};
    if (token.clientId !== client.id) {
      throw new UserPoolsApiError('UnauthorizedException', 'Refresh token of another client');
    }
    call.state.records.revoke(({ grantId }) => grantId === token.grantId);
    record(call.request, 'revoke.succeeded', {});
    return {};
  },
});
