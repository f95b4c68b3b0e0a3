import { z } from 'zod';
import { poolOf, userOf } from '../lookup';
import { revokeTokensOf, Username } from '../users';
import { defineOperation } from '../operation';

/** Deletes a user; one of the users file stays deleted until the users are reset. */
export const adminDeleteUser = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username }),
  run({ UserPoolId, Username: name }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    revokeTokensOf(call, user);
    hosted.users.delete(user.sub);
    return {};
  },
});
