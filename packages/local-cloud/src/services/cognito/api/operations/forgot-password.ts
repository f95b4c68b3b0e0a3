import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import { RECOVERY_TEXTS, recoveryDestination, rejectionReason } from '../../flows/password-recovery';
import { record, traceOf } from '../../pipeline/request';
import { migrateUser } from '../../triggers/user-migration';
import { deliverCode, recoveryId, simulatedDelivery } from '../codes';
import { checkSecretHash, clientOf, unknownUser } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

const REJECTIONS = {
  'unknown-user': unknownUser,
  'temporary-password': () =>
    new UserPoolsApiError('NotAuthorizedException', RECOVERY_TEXTS['temporary-password']),
  'not-verified': () => new UserPoolsApiError('InvalidParameterException', RECOVERY_TEXTS['not-verified']),
};

/** Sends a code for a new password; simulated for users that do not exist (row CG-AD-04). */
export const forgotPassword = defineOperation({
  access: 'user',
  input: z.object({
    ClientId: z.string(),
    ClientMetadata: z.record(z.string(), z.string()).optional(),
    SecretHash: z.string().optional(),
    Username,
  }),
  async run(input, call) {
    const { client, hosted } = clientOf(call, input.ClientId);
    checkSecretHash(client, input.SecretHash, input.Username);
    if (hosted.pool.recoversBy.length === 0) {
      record(call.request, 'recovery.disabled', {});
      throw new UserPoolsApiError('NotAuthorizedException', 'Contact administrator to reset password.');
    }
    const { Username: username, ClientMetadata: clientMetadata } = input;
    const migrated = { username, password: undefined, clientMetadata };
    await migrateUser({ client, hosted }, migrated, traceOf(call.request));
    const user = hosted.users.find(username);
    const destination = user && recoveryDestination(hosted.pool, user);
    const reason = rejectionReason(user, destination);
    if (reason !== undefined) {
      record(call.request, 'recovery.rejected', { reason, hidden: client.hidesUnknownUsers });
      if (!client.hidesUnknownUsers) throw REJECTIONS[reason]();
    }
    if (reason !== undefined || !user || !destination) {
      call.state.codes.simulate(recoveryId(hosted, input.Username), 'new-password', call.now());
      return { CodeDeliveryDetails: simulatedDelivery(input.Username) };
    }
    const details = await deliverCode(call, { client, hosted }, user, 'ForgotPassword', destination);
    return { CodeDeliveryDetails: details };
  },
});
