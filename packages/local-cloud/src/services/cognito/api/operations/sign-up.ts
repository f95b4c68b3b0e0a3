import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { record, traceOf } from '../../pipeline/request';
import { signUpUser } from '../../triggers/pre-sign-up';
import { destinationOf } from '../../users/messages';
import { AttributeList, checkPassword, checkRequired, readAttributes, validationDataOf } from '../attributes';
import { deliverCode } from '../codes';
import { checkSendsOneTimePasswords } from '../first-factor';
import { checkSecretHash, clientOf } from '../lookup';
import { attributesOfNewUser, Username } from '../users';
import { defineOperation } from '../operation';

/** Creates an unconfirmed user and sends a code (row CG-UP-06). */
export const signUp = defineOperation({
  access: 'user',
  input: z.object({
    ClientId: z.string(),
    Password: z.string().optional(),
    SecretHash: z.string().optional(),
    UserAttributes: AttributeList.default([]),
    Username,
    ValidationData: AttributeList.optional(),
  }),
  async run(input, call) {
    const { client, hosted } = clientOf(call, input.ClientId);
    const { pool } = hosted;
    checkSecretHash(client, input.SecretHash, input.Username);
    if (!pool.selfSignUp) {
      record(call.request, 'sign-up.disabled', {});
      const message = 'SignUp is not permitted for this user pool';
      throw new UserPoolsApiError('NotAuthorizedException', message);
    }
    const given = readAttributes(input.UserAttributes, pool, client);
    const attributes = attributesOfNewUser(pool, input.Username, given);
    const password = input.Password === '' ? undefined : input.Password;
    if (password !== undefined) checkPassword(password, pool.passwordPolicy);
    else checkSendsOneTimePasswords(pool);
    checkRequired(pool, attributes);
    const newUser = {
      username: input.Username,
      password,
      attributes,
      validationData: validationDataOf(input.ValidationData),
    };
    const user = await signUpUser({ client, hosted }, newUser, traceOf(call.request));
    if (!user) throw new UserPoolsApiError('UsernameExistsException', 'User already exists');
    record(call.request, 'sign-up.user-created', {});
    if (user.status === 'CONFIRMED') return { UserConfirmed: true, UserSub: user.sub };
    const destination = destinationOf(user, pool.verifies);
    return {
      UserConfirmed: false,
      UserSub: user.sub,
      ...(destination && {
        CodeDeliveryDetails: await deliverCode(call, { client, hosted }, user, 'SignUp', destination),
      }),
    };
  },
});
