import { z } from 'zod';
import { poolOf, userOf } from '../lookup';
import { revokeTokensOf, Username } from '../users';
import { defineOperation } from '../operation';

/** Disables a user, who cannot sign in then, and revokes all tokens of the user. */
export const adminDisableUser = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username }),
  run({ UserPoolId, Username: name }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    revokeTokensOf(call, user);
    hosted.users.setEnabled(user.sub, false);
    return {};
  },
});
