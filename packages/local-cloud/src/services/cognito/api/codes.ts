import { UserPoolsApiError } from '../errors';
import { sendCode } from '../flows/send-code';
import type { HostedClient, HostedPool } from '../pipeline/hosted-pool';
import { record } from '../pipeline/request';
import type { Destination } from '../users/messages';
import type { User } from '../users/user-file';
import type { CodePurpose } from '../users/verification-codes';
import type { Call } from './operation';

/** Creates a code and logs it; AWS sends it. @returns `CodeDeliveryDetails` @throws UserPoolsApiError */
export async function deliverCode(
  call: Call,
  found: HostedClient,
  user: User,
  source: Parameters<typeof sendCode>[2],
  destination: Destination,
) {
  const purpose = await sendCode(found, user, source, destination, call);
  record(call.request, 'user-pools-api.code-sent', { purpose });
  return deliveryDetails(destination);
}

/** `CodeDeliveryDetails`, with the address masked as AWS does. */
export function deliveryDetails({ attribute, address }: Destination) {
  const [local = '', domain = ''] = address.split('@');
  const masked = (text: string): string => `${text.slice(0, 1)}***`;
  return {
    AttributeName: attribute,
    DeliveryMedium: attribute === 'email' ? 'EMAIL' : 'SMS',
    Destination:
      attribute === 'email' ? `${masked(local)}@${masked(domain)}` : `+*******${address.slice(-4)}`,
  };
}

/** Uses a code up. @returns where it was sent to @throws UserPoolsApiError when it is wrong or has expired */
export function useCode(call: Call, sub: string, purpose: CodePurpose, code: string): Destination {
  const outcome = call.state.codes.check(sub, purpose, code, call.now());
  if (outcome === 'wrong') throw wrongCode();
  if (outcome === 'expired') throw expiredCode();
  return outcome;
}

export function wrongCode(reason?: string): UserPoolsApiError {
  const message = 'Invalid verification code provided, please try again.';
  return new UserPoolsApiError('CodeMismatchException', message, reason);
}

export function expiredCode(reason?: string): UserPoolsApiError {
  const message = 'Invalid code provided, please request a code again.';
  return new UserPoolsApiError('ExpiredCodeException', message, reason);
}

/** `CodeDeliveryDetails` of a code that is not sent, for users that do not exist. */
export function simulatedDelivery(name: string) {
  return deliveryDetails({ attribute: 'email', address: name.includes('@') ? name : `${name}@${name}` });
}

/** Id that codes for a new password are kept by: also of users that do not exist, whose codes are simulated (row CG-AD-04). */
export function recoveryId({ pool, users }: HostedPool, name: string): string {
  return users.find(name)?.sub ?? `${pool.id}/${name}`;
}
