import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { destinationOf } from '../../users/messages';
import { deliverCode } from '../codes';
import { signedInUser } from '../lookup';
import { defineOperation } from '../operation';

/** Sends a code that verifies an attribute of the signed-in user. */
export const getUserAttributeVerificationCode = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string(), AttributeName: z.string() }),
  async run({ AccessToken, AttributeName }, call) {
    const { client, hosted, user } = await signedInUser(call, AccessToken);
    const destination =
      AttributeName === 'email' || AttributeName === 'phone_number'
        ? destinationOf(user, [AttributeName])
        : undefined;
    if (!destination) {
      throw new UserPoolsApiError(
        'InvalidParameterException',
        `User does not have the attribute ${AttributeName}.`,
      );
    }
    const found = { client, hosted };
    const details = await deliverCode(call, found, user, 'VerifyUserAttribute', destination);
    return { CodeDeliveryDetails: details };
  },
});
