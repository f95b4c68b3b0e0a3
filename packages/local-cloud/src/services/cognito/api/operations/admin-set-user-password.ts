import { z } from 'zod';
import { checkPassword } from '../attributes';
import { poolOf, userOf } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Sets a password, temporary or permanent. */
export const adminSetUserPassword = defineOperation({
  access: 'admin',
  input: z.object({
    UserPoolId: z.string(),
    Username,
    Password: z.string(),
    Permanent: z.boolean().default(false),
  }),
  run({ UserPoolId, Username: name, Password, Permanent }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    checkPassword(Password, hosted.pool.passwordPolicy);
    hosted.users.setPassword(user.sub, Password, Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD');
    return {};
  },
});
