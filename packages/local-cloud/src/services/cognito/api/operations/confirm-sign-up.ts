import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { record, traceOf } from '../../pipeline/request';
import { afterConfirmation } from '../../triggers/post-confirmation';
import { claimAliases } from '../attributes';
import { expiredCode, useCode } from '../codes';
import { openFirstSignIn } from '../first-factor';
import { checkSecretHash, clientOf, unknownUser } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Confirms a user who signed up, with the code (row CG-UP-06). */
export const confirmSignUp = defineOperation({
  access: 'user',
  input: z.object({
    ClientId: z.string(),
    ConfirmationCode: z.string(),
    ForceAliasCreation: z.boolean().default(false),
    SecretHash: z.string().optional(),
    Username,
  }),
  async run(input, call) {
    const { client, hosted } = clientOf(call, input.ClientId);
    const { users } = hosted;
    checkSecretHash(client, input.SecretHash, input.Username);
    const user = users.find(input.Username);
    if (!user) throw client.hidesUnknownUsers ? expiredCode('the user does not exist') : unknownUser();
    if (user.status !== 'UNCONFIRMED') {
      const message = `User cannot be confirmed. Current status is ${user.status}`;
      throw new UserPoolsApiError('NotAuthorizedException', message);
    }
    const { attribute, address } = useCode(call, user.sub, 'sign-up', input.ConfirmationCode);
    claimAliases(hosted, { [attribute]: address }, input.ForceAliasCreation, user);
    users.confirmSignUp(user.sub, attribute);
    record(call.request, 'user-pools-api.user-confirmed', {});
    const { sub } = user;
    const confirmation = { clientId: client.id, sub, source: 'ConfirmSignUp' } as const;
    await afterConfirmation(hosted, confirmation, traceOf(call.request));
    const session = openFirstSignIn(call, { client, hosted }, users.bySub(sub) ?? user);
    return { ...(session !== undefined && { Session: session }) };
  },
});
