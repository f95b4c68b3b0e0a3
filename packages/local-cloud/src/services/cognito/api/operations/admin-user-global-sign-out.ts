import { z } from 'zod';
import { poolOf, userOf } from '../lookup';
import { revokeTokensOf, Username } from '../users';
import { defineOperation } from '../operation';

/** Revokes all tokens of a user; the session of the login page stays (row CG-UP-07). */
export const adminUserGlobalSignOut = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username }),
  run({ UserPoolId, Username: name }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    revokeTokensOf(call, user);
    return {};
  },
});
