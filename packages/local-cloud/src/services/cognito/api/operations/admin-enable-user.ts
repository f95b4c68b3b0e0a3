import { z } from 'zod';
import { poolOf, userOf } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Enables a user. */
export const adminEnableUser = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username }),
  run({ UserPoolId, Username: name }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    hosted.users.setEnabled(user.sub, true);
    return {};
  },
});
