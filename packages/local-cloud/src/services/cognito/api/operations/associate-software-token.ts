import { z } from 'zod';
import { newTotpSecret } from '../../users/totp';
import { signedInUser } from '../lookup';
import { pendingSetup } from '../mfa-setup';
import { openChallenge } from '../sign-in';
import { defineOperation } from '../operation';

/** Returns the secret for an authenticator app, for the signed-in user or in a sign-in (row CG-UP-05). */
export const associateSoftwareToken = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string().optional(), Session: z.string().optional() }),
  async run({ AccessToken, Session }, call) {
    const secret = newTotpSecret();
    if (AccessToken !== undefined) {
      const { user } = await signedInUser(call, AccessToken);
      call.state.newApps.set(user.sub, secret);
      return { SecretCode: secret };
    }
    const setup = pendingSetup(call, Session);
    call.state.challenges.close(setup.session);
    return {
      SecretCode: secret,
      Session: openChallenge(call, setup, setup.user, 'MFA_SETUP', { totpSecret: secret }),
    };
  },
});
