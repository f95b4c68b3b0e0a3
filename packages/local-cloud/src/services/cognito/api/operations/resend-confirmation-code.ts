import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { destinationOf } from '../../users/messages';
import { deliverCode, simulatedDelivery } from '../codes';
import { checkSecretHash, clientOf, unknownUser } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Sends a new code to confirm a user who signed up. */
export const resendConfirmationCode = defineOperation({
  access: 'user',
  input: z.object({ ClientId: z.string(), SecretHash: z.string().optional(), Username }),
  async run(input, call) {
    const { client, hosted } = clientOf(call, input.ClientId);
    checkSecretHash(client, input.SecretHash, input.Username);
    const user = hosted.users.find(input.Username);
    if (!user && !client.hidesUnknownUsers) throw unknownUser();
    if (!user) return { CodeDeliveryDetails: simulatedDelivery(input.Username) };
    if (user.status !== 'UNCONFIRMED') {
      throw new UserPoolsApiError('InvalidParameterException', 'User is already confirmed.');
    }
    const destination = destinationOf(user, hosted.pool.verifies);
    if (!destination) {
      const message = 'Cannot resend codes. Auto verification not turned on.';
      throw new UserPoolsApiError('NotAuthorizedException', message);
    }
    const details = await deliverCode(call, { client, hosted }, user, 'ResendCode', destination);
    return { CodeDeliveryDetails: details };
  },
});
