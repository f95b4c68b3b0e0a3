import { z } from 'zod';
import { signedInUser } from '../lookup';
import { MfaPreference, setMfaPreference } from '../mfa-setup';
import { defineOperation } from '../operation';

/** Turns the second factor of the signed-in user on or off. */
export const setUserMFAPreference = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string(), ...MfaPreference }),
  async run({ AccessToken, ...preference }, call) {
    const { hosted, user } = await signedInUser(call, AccessToken);
    setMfaPreference(hosted, user, preference);
    return {};
  },
});
