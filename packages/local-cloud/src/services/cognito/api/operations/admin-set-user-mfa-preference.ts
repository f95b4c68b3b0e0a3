import { z } from 'zod';
import { poolOf, userOf } from '../lookup';
import { MfaPreference, setMfaPreference } from '../mfa-setup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Turns the second factor of a user on or off. */
export const adminSetUserMFAPreference = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username, ...MfaPreference }),
  run({ UserPoolId, Username: name, ...preference }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    setMfaPreference(hosted, user, preference);
    return {};
  },
});
