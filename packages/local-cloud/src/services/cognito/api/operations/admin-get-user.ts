import { z } from 'zod';
import { listAttributes } from '../attributes';
import { poolOf, userOf } from '../lookup';
import { mfaSettings, Username, userState } from '../users';
import { defineOperation } from '../operation';

/** Returns a user. */
export const adminGetUser = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username }),
  run({ UserPoolId, Username: name }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    return { ...userState(user), UserAttributes: listAttributes(user), ...mfaSettings(user) };
  },
});
