import { z } from 'zod';
import { checkClientSecret, clientOf } from '../lookup';
import { refresh } from '../tokens';
import { defineOperation } from '../operation';

/** Refreshes tokens, also of an app client that rotates refresh tokens (row CG-TK-11). */
export const getTokensFromRefreshToken = defineOperation({
  access: 'user',
  input: z.object({ ClientId: z.string(), ClientSecret: z.string().optional(), RefreshToken: z.string() }),
  async run({ ClientId, ClientSecret, RefreshToken }, call) {
    const found = clientOf(call, ClientId);
    checkClientSecret(found.client, ClientSecret);
    return { AuthenticationResult: await refresh(call, found, RefreshToken) };
  },
});
