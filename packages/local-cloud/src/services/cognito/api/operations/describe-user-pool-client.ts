import { z } from 'zod';
import { nameOf } from '../../pipeline/hosted-pool';
import { clientOfPool } from '../lookup';
import { defineOperation } from '../operation';

/** Returns the settings of an app client that the local cloud reads, and its secret (row CG-UP-10). */
export const describeUserPoolClient = defineOperation({
  access: 'admin',
  input: z.object({ ClientId: z.string(), UserPoolId: z.string() }),
  run({ ClientId, UserPoolId }, call) {
    const { client } = clientOfPool(call, UserPoolId, ClientId);
    return {
      UserPoolClient: {
        UserPoolId,
        ClientId: client.id,
        ClientName: nameOf(client),
        ClientSecret: client.secret,
        AllowedOAuthFlows: [
          ...(client.codeFlow ? ['code'] : []),
          ...(client.implicitFlow ? ['implicit'] : []),
          ...(client.clientCredentialsFlow ? ['client_credentials'] : []),
        ],
        AllowedOAuthScopes: client.scopes,
        CallbackURLs: client.callbackUrls,
        EnableTokenRevocation: client.tokenRevocation,
        ExplicitAuthFlows: client.authFlows.map((flow) => `ALLOW_${flow}`),
        LogoutURLs: client.logoutUrls,
        PreventUserExistenceErrors: client.hidesUnknownUsers ? 'ENABLED' : 'LEGACY',
        ReadAttributes: client.readAttributes,
        WriteAttributes: client.writeAttributes,
        AccessTokenValidity: client.accessTokenSeconds,
        IdTokenValidity: client.idTokenSeconds,
        RefreshTokenValidity: client.refreshTokenSeconds,
        TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
      },
    };
  },
});
