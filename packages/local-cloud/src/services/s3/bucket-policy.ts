import { z } from 'zod';
import { cfnString, type Stack, withoutEffect } from '@spa-on-aws/cloudformation';

const OneOrMany = z.union([cfnString.transform((value) => [value]), z.array(cfnString)]);

const Principal = z.union([
  z.literal('*').transform((value): { type: string; names: string[] }[] => [{ type: value, names: [value] }]),
  z
    .record(z.enum(['Service', 'AWS', 'Federated', 'CanonicalUser']), OneOrMany.optional())
    .transform((types) => Object.entries(types).map(([type, names]) => ({ type, names: names ?? [] }))),
]);

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal,
  Action: OneOrMany,
  Resource: OneOrMany,
  Condition: z
    .strictObject({
      StringEquals: z.record(z.string(), OneOrMany).optional(),
      StringLike: z.record(z.string(), OneOrMany).optional(),
      ArnLike: z.record(z.string(), OneOrMany).optional(),
      ArnEquals: z.record(z.string(), OneOrMany).optional(),
      Bool: z.record(z.string(), OneOrMany).optional(),
      NumericLessThan: z.record(z.string(), OneOrMany).optional(),
    })
    .default({}),
});

const BucketPolicyProperties = z.strictObject({
  Bucket: z.string(),
  PolicyDocument: z.strictObject({ Statement: z.array(Statement), ...withoutEffect('Version', 'Id') }),
});

/** The statements of a bucket policy. */
export type BucketPolicy = readonly z.output<typeof Statement>[];

/** Who asks for what, with the condition keys S3 would fill in. */
export interface Access {
  /** A service principal, e.g. `cloudfront.amazonaws.com`; without any of these three: everybody. */
  readonly service?: string;
  /** ARN of a user, e.g. of an origin access identity. */
  readonly arn?: string;
  readonly canonicalUserId?: string;
  readonly action: 's3:GetObject' | 's3:ListBucket' | 's3:PutObject' | 's3:DeleteObject';
  readonly resource: string;
  /** Condition keys in lower case, e.g. `aws:sourcearn`. */
  readonly context: Readonly<Record<string, string>>;
}

/** The policies of the stack's buckets, by bucket name. */
export function readBucketPolicies(stack: Stack): Map<string, BucketPolicy> {
  return new Map(
    stack.ofType('AWS::S3::BucketPolicy').map((resource) => {
      const { Bucket, PolicyDocument } = resource.read(BucketPolicyProperties);
      return [Bucket, PolicyDocument.Statement];
    }),
  );
}

function matchesPattern(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

type Test = (expected: string, actual: string) => boolean;

const OPERATORS: Readonly<Record<keyof BucketPolicy[number]['Condition'], Test>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringLike: matchesPattern,
  ArnLike: matchesPattern,
  ArnEquals: matchesPattern,
  Bool: (expected, actual) => expected.toLowerCase() === actual,
  NumericLessThan: (expected, actual) => Number(actual) < Number(expected),
};

function holds(condition: BucketPolicy[number]['Condition'], context: Access['context']): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys ?? {}).every(([key, expected]) => {
      const actual = context[key.toLowerCase()];
      const test = OPERATORS[operator as keyof typeof OPERATORS];
      return actual !== undefined && expected.some((value) => test(value, actual));
    }),
  );
}

function applies(statement: BucketPolicy[number], access: Access): boolean {
  const isPrincipal = statement.Principal.some(
    ({ type, names }) =>
      type === '*' ||
      (type === 'AWS' && names.some((name) => name === '*' || name === access.arn)) ||
      (type === 'CanonicalUser' && names.some((name) => name === access.canonicalUserId)) ||
      (type === 'Service' && names.some((name) => name === access.service)),
  );
  return (
    isPrincipal &&
    statement.Action.some((action) => matchesPattern(action.toLowerCase(), access.action.toLowerCase())) &&
    statement.Resource.some((resource) => matchesPattern(resource, access.resource)) &&
    holds(statement.Condition, access.context)
  );
}

/** Whether the policy allows the access: an allow is needed, any deny wins. */
export function isAllowed(policy: BucketPolicy, access: Access): boolean {
  const effects = policy.filter((statement) => applies(statement, access)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}
