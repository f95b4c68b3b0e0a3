import { z } from 'zod';
import { signedInUser } from '../lookup';
import { revokeTokensOf } from '../users';
import { defineOperation } from '../operation';

/** Revokes all tokens of the signed-in user; the session of the login page stays (row CG-UP-07). */
export const globalSignOut = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string() }),
  async run({ AccessToken }, call) {
    const { user } = await signedInUser(call, AccessToken);
    revokeTokensOf(call, user);
    return {};
  },
});
