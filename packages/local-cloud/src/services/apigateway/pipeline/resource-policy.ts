import { isInIpRanges } from '../../../http/ip-range';
import { matchesWildcard } from '../../wildcard';
import { type Call, methodArn } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { PolicyStatement } from '../model/resource-policy';
import { reject } from './call';

/**
 * Checks a call against the resource policy of its API (row AG-PX-08). For IAM all callers are anonymous, signed in or
 * not: a statement with specific principals does not apply.
 *
 * @throws CallRejectedError for an explicit deny, and when no statement allows the call
 */
export function checkResourcePolicy(call: Call): void {
  const { policy } = call.api;
  if (!policy) return;
  const statements = policy.Statement.filter((statement) => appliesTo(statement, call));
  const deny = statements.find(({ Effect }) => Effect === 'Deny');
  const isAllowed = statements.some(({ Effect }) => Effect === 'Allow');
  if (isAllowed && !deny) return;
  const resource = methodArn(call);
  const error = GATEWAY_ERRORS.deniedByPolicy(resource, deny !== undefined);
  const sourceIp = call.request.clientIp;
  if (deny) reject(call, error, 'policy.denied', { statement: deny.Sid, resource, sourceIp });
  reject(call, error, 'policy.not-allowed', { resource, sourceIp });
}

function appliesTo(statement: PolicyStatement, call: Call): boolean {
  return (
    statement.Principal.includes('*') &&
    statement.Action.some((pattern) => matchesWildcard(pattern.toLowerCase(), 'execute-api:invoke')) &&
    statement.Resource.some((pattern) => matchesWildcard(absoluteArn(pattern, call), methodArn(call))) &&
    conditionsHold(statement.Condition, call)
  );
}

/** Expands `execute-api:/stage/*` to the ARN of this API. */
function absoluteArn(pattern: string, { api }: Call): string {
  return pattern.startsWith('execute-api:/')
    ? `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}${pattern.slice('execute-api:'.length)}`
    : pattern;
}

function conditionsHold(condition: PolicyStatement['Condition'], call: Call): boolean {
  const every = <Value>(
    entries: Readonly<Record<string, Value>> | undefined,
    holds: (actual: string | undefined, expected: Value) => boolean,
  ): boolean =>
    Object.entries(entries ?? {}).every(([key, expected]) => holds(conditionValue(key, call), expected));
  const equals = (actual: string | undefined, expected: readonly string[]): boolean =>
    actual !== undefined && expected.includes(actual);
  const like = (actual: string | undefined, expected: readonly string[]): boolean =>
    actual !== undefined && expected.some((pattern) => matchesWildcard(pattern, actual));
  const within = (actual: string | undefined, expected: readonly string[]): boolean =>
    actual !== undefined && isInIpRanges(actual, expected);
  return (
    every(condition.IpAddress, within) &&
    every(condition.NotIpAddress, (actual, expected) => !within(actual, expected)) &&
    every(condition.StringEquals, equals) &&
    every(condition.StringNotEquals, (actual, expected) => !equals(actual, expected)) &&
    every(condition.StringLike, like) &&
    every(condition.StringNotLike, (actual, expected) => !like(actual, expected)) &&
    every(condition.Bool, equals)
  );
}

/** Calls from the internet have no VPC and no VPC endpoint. */
function conditionValue(key: string, { request }: Call): string | undefined {
  switch (key.toLowerCase()) {
    case 'aws:sourceip':
      return request.clientIp;
    case 'aws:useragent':
      return request.headers.get('user-agent');
    case 'aws:referer':
      return request.headers.get('referer');
    case 'aws:securetransport':
      return 'true';
    default:
      return undefined;
  }
}
