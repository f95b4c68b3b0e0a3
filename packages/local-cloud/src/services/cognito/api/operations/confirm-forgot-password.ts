import { z } from 'zod';
import { record, traceOf } from '../../pipeline/request';
import { afterConfirmation } from '../../triggers/post-confirmation';
import { checkPassword } from '../attributes';
import { recoveryId, useCode } from '../codes';
import { checkSecretHash, clientOf, unknownUser } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Sets a new password, with the code of `ForgotPassword`. */
export const confirmForgotPassword = defineOperation({
  access: 'user',
  input: z.object({
    ClientId: z.string(),
    ConfirmationCode: z.string(),
    Password: z.string(),
    SecretHash: z.string().optional(),
    Username,
  }),
  async run(input, call) {
    const { client, hosted } = clientOf(call, input.ClientId);
    checkSecretHash(client, input.SecretHash, input.Username);
    checkPassword(input.Password, hosted.pool.passwordPolicy);
    const user = hosted.users.find(input.Username);
    if (!user && !client.hidesUnknownUsers) throw unknownUser();
    useCode(call, recoveryId(hosted, input.Username), 'new-password', input.ConfirmationCode);
    if (!user) throw unknownUser();
    hosted.users.setPassword(user.sub, input.Password);
    record(call.request, 'user-pools-api.password-reset', {});
    const { sub } = user;
    const confirmation = { clientId: client.id, sub, source: 'ConfirmForgotPassword' } as const;
    await afterConfirmation(hosted, confirmation, traceOf(call.request));
    return {};
  },
});
