import { z } from 'zod';
import { signedInUser } from '../lookup';
import { acceptCode, pendingSetup } from '../mfa-setup';
import { openChallenge } from '../sign-in';
import { defineOperation } from '../operation';

/** Enrolls the authenticator app of `AssociateSoftwareToken`, with its first code (row CG-UP-05). */
export const verifySoftwareToken = defineOperation({
  access: 'user',
  input: z.object({
    AccessToken: z.string().optional(),
    Session: z.string().optional(),
    UserCode: z.string(),
  }),
  async run({ AccessToken, Session, UserCode }, call) {
    if (AccessToken !== undefined) {
      const { hosted, user } = await signedInUser(call, AccessToken);
      const secret = call.state.newApps.get(user.sub);
      const isPreferred = user.totp?.isPreferred ?? hosted.pool.mfa === 'ON';
      hosted.users.enrolApp(user.sub, { ...acceptCode(call, secret, UserCode), isPreferred });
      call.state.newApps.delete(user.sub);
      return { Status: 'SUCCESS' };
    }
    const setup = pendingSetup(call, Session);
    const { challenge, hosted, session, user } = setup;
    const app = acceptCode(call, challenge.totpSecret, UserCode, session);
    call.state.challenges.close(session);
    hosted.users.enrolApp(user.sub, { ...app, isPreferred: true });
    return {
      Status: 'SUCCESS',
      Session: openChallenge(call, setup, user, 'MFA_SETUP', { appEnrolled: true }),
    };
  },
});
