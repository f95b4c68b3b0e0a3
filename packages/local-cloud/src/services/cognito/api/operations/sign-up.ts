import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { record } from '../../pipeline/request';
import { destinationOf } from '../../users/messages';
import { AttributeList, checkPassword, checkRequired, readAttributes } from '../attributes';
import { sendCode } from '../codes';
import { checkSecretHash, clientOf } from '../lookup';
import { attributesOfNewUser, Username } from '../users';
import { defineOperation } from '../operation';

/** Creates an unconfirmed user and sends a code (row CG-UP-06). */
export const signUp = defineOperation({
  access: 'user',
  input: z.object({
    ClientId: z.string(),
    Password: z.string(),
    SecretHash: z.string().optional(),
    UserAttributes: AttributeList.default([]),
    Username,
  }),
  run(input, call) {
    const { client, hosted } = clientOf(call, input.ClientId);
    const { pool, users } = hosted;
    checkSecretHash(client, input.SecretHash, input.Username);
    if (!pool.selfSignUp) {
      record(call.request, 'sign-up.disabled', {});
      const message = 'SignUp is not permitted for this user pool';
      throw new UserPoolsApiError('NotAuthorizedException', message);
    }
    const given = readAttributes(input.UserAttributes, pool, client);
    const attributes = attributesOfNewUser(pool, input.Username, given);
    checkPassword(input.Password, pool.passwordPolicy);
    checkRequired(pool, attributes);
    const user = users.signUp(input.Username, input.Password, attributes);
    if (!user) throw new UserPoolsApiError('UsernameExistsException', 'User already exists');
    record(call.request, 'sign-up.user-created', {});
    const destination = destinationOf(user, pool.verifies);
    return {
      UserConfirmed: false,
      UserSub: user.sub,
      ...(destination && { CodeDeliveryDetails: sendCode(call, user, 'sign-up', destination) }),
    };
  },
});
