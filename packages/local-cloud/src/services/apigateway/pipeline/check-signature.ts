import { type IamCredentials, iamUser, verifySignature } from '../../../http/request-signature';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { Route } from '../model/routing';
import { reject } from './call';

/** Verifies the signature of a request to a method with `AWS_IAM` (rows AG-IA-01 and AG-IA-02). @throws CallRejectedError */
export async function checkSignature(
  call: Call,
  { method }: Route,
  body: Buffer | undefined,
  options: { readonly credentials: IamCredentials; readonly now: () => number },
): Promise<void> {
  if (!method.requiresSignature) return;
  const { api, request } = call;
  const { region, accountId } = api;
  const verified = await verifySignature(request, body, { ...options, region, service: 'execute-api' });
  if ('reason' in verified) {
    const { reason, data, message } = verified;
    // Reason and data belong together, which TypeScript cannot follow through the template literal.
    const event = `signature.${reason}` as 'signature.invalid';
    switch (reason) {
      case 'missing':
      case 'malformed':
        return reject(call, GATEWAY_ERRORS.noRoute(request.headers.get('authorization')), event, data);
      case 'key-unknown':
        return reject(call, GATEWAY_ERRORS.keyUnknown, event, data);
      default:
        return reject(call, GATEWAY_ERRORS.signature(message), event, data);
    }
  }
  const { userId: user, userArn } = iamUser(accountId);
  call.iam = { accountId, accessKey: verified.accessKeyId, caller: user, user, userArn };
  request.trace.add('apigateway', 'signature.accepted', { userArn });
}
