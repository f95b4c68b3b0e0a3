import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { withoutEffect } from '@spa-on-aws/cloudformation';
import { type Call, SERVICE } from './call';
import { GATEWAY_ERRORS, Refusal } from './gateway-error';

const OneOrMany = z.union([z.string().transform((value) => [value]), z.array(z.string())]);

const CONDITION_KEYS = [
  'aws:sourceip',
  'aws:useragent',
  'aws:referer',
  'aws:securetransport',
  'aws:sourcevpc',
  'aws:sourcevpce',
];

const Values = z
  .record(z.string(), z.union([OneOrMany, z.boolean().transform((value) => [String(value)])]))
  .superRefine((values, context) => {
    for (const key of Object.keys(values)) {
      if (CONDITION_KEYS.includes(key.toLowerCase())) continue;
      const message = `the condition key ${key} has no value here; known are ${CONDITION_KEYS.join(', ')}`;
      context.addIssue({ code: 'custom', message });
    }
  });

const Networks = z.record(z.string(), OneOrMany).superRefine((networks, context) => {
  for (const [key, addresses] of Object.entries(networks)) {
    if (key.toLowerCase() === 'aws:sourceip' && addresses.every((address) => toNetwork(address))) continue;
    const message = 'must be aws:SourceIp with addresses or CIDR blocks';
    context.addIssue({ code: 'custom', message });
  }
});

/** An object whose other members are refused whatever else is passed over: without them more would be allowed. */
function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$loose> {
  return z.looseObject(shape).superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(shape, name)) continue;
      const message = `${name} is not understood here; it is one of ${Object.keys(shape).join(', ')}`;
      context.addIssue({ code: 'custom', message });
    }
  });
}

const Statement = closed({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([
    z.literal('*').transform(() => ['*']),
    closed({ AWS: OneOrMany }).transform(({ AWS }) => AWS),
  ]),
  Action: OneOrMany,
  Resource: OneOrMany,
  Condition: closed({
    IpAddress: Networks.optional(),
    NotIpAddress: Networks.optional(),
    StringEquals: Values.optional(),
    StringNotEquals: Values.optional(),
    StringLike: Values.optional(),
    StringNotLike: Values.optional(),
    Bool: Values.optional(),
  }).default({}),
});

/** The `Policy` of a REST API; an operator or key that is not understood is reported. */
export const ResourcePolicyProperties = z.strictObject({
  Statement: z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(Statement)),
  ...withoutEffect('Version', 'Id'),
});

/** Who may call an API. */
export type ResourcePolicy = z.output<typeof ResourcePolicyProperties>;

type PolicyStatement = z.output<typeof Statement>;

/**
 * Checks a call against the policy of its API (row AG-PX-08). Callers are nobody to IAM, signed in or not: a statement
 * for particular principals is not about them.
 *
 * @throws Refusal for an explicit deny, and when nothing allows the call
 */
export function checkResourcePolicy(policy: ResourcePolicy | undefined, call: Call): void {
  if (!policy) return;
  const about = policy.Statement.filter((statement) => isAbout(statement, call));
  const denying = about.find(({ Effect }) => Effect === 'Deny');
  const allowing = about.find(({ Effect }) => Effect === 'Allow');
  if (allowing && !denying) return;
  throw new Refusal(
    GATEWAY_ERRORS.deniedByPolicy(call.methodArn, denying !== undefined),
    SERVICE,
    denying
      ? `denied by the API's resource policy${denying.Sid === undefined ? '' : `, statement ${denying.Sid}`}`
      : "denied: no statement of the API's resource policy allows the call",
    { facts: { Resource: call.methodArn, 'Source address': call.request.clientIp } },
  );
}

function isAbout(statement: PolicyStatement, call: Call): boolean {
  return (
    statement.Principal.includes('*') &&
    statement.Action.some((pattern) => isLike(pattern.toLowerCase(), 'execute-api:invoke')) &&
    statement.Resource.some((pattern) => isLike(absolute(pattern, call), call.methodArn)) &&
    conditionsHold(statement.Condition, call)
  );
}

/** `execute-api:/stage/*` is short for the ARN of this API. */
function absolute(pattern: string, { api }: Call): string {
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
    actual !== undefined && expected.some((pattern) => isLike(pattern, actual));
  const within = (actual: string | undefined, expected: readonly string[]): boolean =>
    actual !== undefined && expected.some((network) => contains(network, actual));
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

/** A call from the internet has no VPC and no VPC endpoint. */
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

function isLike(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(value);
}

function toNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', prefix] = text.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  if (version === 0 || !Number.isInteger(length) || length < 0 || length > bits) return undefined;
  return { address, prefix: length, family: version === 6 ? 'ipv6' : 'ipv4' };
}

function contains(text: string, address: string): boolean {
  const network = toNetwork(text);
  if (!network || isIP(address) === 0) return false;
  const list = new BlockList();
  list.addSubnet(network.address, network.prefix, network.family);
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
