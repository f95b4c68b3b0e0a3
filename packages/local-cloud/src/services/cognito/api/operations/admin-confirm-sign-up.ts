import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { traceOf } from '../../pipeline/request';
import { afterConfirmation, NO_CLIENT } from '../../triggers/post-confirmation';
import { poolOf, userOf } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Confirms a user who signed up, without a code. */
export const adminConfirmSignUp = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username }),
  async run({ UserPoolId, Username: name }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    if (user.status !== 'UNCONFIRMED') {
      const message = `User cannot be confirmed. Current status is ${user.status}`;
      throw new UserPoolsApiError('NotAuthorizedException', message);
    }
    hosted.users.confirmSignUp(user.sub);
    const { sub } = user;
    const confirmation = { clientId: NO_CLIENT, sub, source: 'ConfirmSignUp' } as const;
    await afterConfirmation(hosted, confirmation, traceOf(call.request));
    return {};
  },
});
