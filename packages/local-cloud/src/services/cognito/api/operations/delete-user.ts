import { z } from 'zod';
import { signedInUser } from '../lookup';
import { revokeTokensOf } from '../users';
import { defineOperation } from '../operation';

/** Deletes the signed-in user. */
export const deleteUser = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string() }),
  async run({ AccessToken }, call) {
    const { hosted, user } = await signedInUser(call, AccessToken);
    revokeTokensOf(call, user);
    hosted.users.delete(user.sub);
    return {};
  },
});
