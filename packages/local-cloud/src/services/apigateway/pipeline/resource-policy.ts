import { evaluatePolicy } from '../../iam-policy';
import { type Call, methodArn } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { reject } from './call';

/**
 * Checks a call against its API's resource policy (row AG-PX-08). Only callers with IAM credentials have a principal, and their
 * own policies allow everything: for them only a denial counts (row AG-IA-03). @throws CallRejectedError
 */
export function checkResourcePolicy(call: Call): void {
  const { policy } = call.api;
  if (!policy) return;
  const resource = methodArn(call);
  const statements = policy.Statement.map((statement) => ({
    ...statement,
    Resource: statement.Resource.map((pattern) => absoluteArn(pattern, call)),
  }));
  const access = { action: 'execute-api:Invoke', resource, context: conditionValues(call) };
  const { iam } = call;
  const principals = iam ? ['*', iam.userArn, iam.accountId, `arn:aws:iam::${iam.accountId}:root`] : ['*'];
  const { isAllowed, denial } = evaluatePolicy(statements, access, ({ Principal }) =>
    Principal.some((name) => principals.includes(name)),
  );
  if (isAllowed || (iam && !denial)) return;
  const error = GATEWAY_ERRORS.deniedByPolicy(resource, denial !== undefined, iam?.userArn);
  const sourceIp = call.request.clientIp;
  if (denial) reject(call, error, 'policy.denied', { statement: denial.Sid, resource, sourceIp });
  reject(call, error, 'policy.not-allowed', { resource, sourceIp });
}

/** Expands `execute-api:/stage/*` to the ARN of this API. */
function absoluteArn(pattern: string, { api }: Call): string {
  return pattern.startsWith('execute-api:/')
    ? `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}${pattern.slice('execute-api:'.length)}`
    : pattern;
}

/** Calls from the internet have no VPC and no VPC endpoint. */
function conditionValues({ request }: Call): Record<string, string | undefined> {
  return {
    'aws:sourceip': request.clientIp,
    'aws:useragent': request.headers.get('user-agent'),
    'aws:referer': request.headers.get('referer'),
    'aws:securetransport': 'true',
  };
}
