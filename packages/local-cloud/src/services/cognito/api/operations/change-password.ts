import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { checkPassword } from '../attributes';
import { signedInUser } from '../lookup';
import { defineOperation } from '../operation';

/** Changes the password of the signed-in user. */
export const changePassword = defineOperation({
  access: 'user',
  input: z.object({
    AccessToken: z.string(),
    PreviousPassword: z.string().optional(),
    ProposedPassword: z.string(),
  }),
  async run({ AccessToken, PreviousPassword = '', ProposedPassword }, call) {
    const { hosted, user } = await signedInUser(call, AccessToken);
    const { outcome } = hosted.users.authenticate(user.username, PreviousPassword);
    if (outcome === 'locked') {
      const message = 'Attempt limit exceeded, please try after some time.';
      throw new UserPoolsApiError('LimitExceededException', message);
    }
    if (outcome !== 'password-right') {
      throw new UserPoolsApiError('NotAuthorizedException', 'Incorrect username or password.');
    }
    checkPassword(ProposedPassword, hosted.pool.passwordPolicy);
    hosted.users.setPassword(user.sub, ProposedPassword);
    return {};
  },
});
