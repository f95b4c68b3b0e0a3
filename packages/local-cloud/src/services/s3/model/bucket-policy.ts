import { z } from 'zod';
import { cfnString, invalidProperty, type Stack, withoutEffect } from '@spa-on-aws/cloudformation';
import type { S3Action } from '../../../trace/s3-events';
import { type Access as PolicyAccess, evaluatePolicy, isConditionOperator } from '../../iam-policy';
import type { Bucket } from './bucket';

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
    .record(z.string(), z.record(z.string(), OneOrMany))
    .superRefine((condition, context) => {
      // The address of the viewer is unknown here.
      const keys = Object.keys(condition).filter(
        (name) => !isConditionOperator(name) || name.includes('IpAddress'),
      );
      if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', keys, input: condition });
    })
    .default({}),
});

const BucketPolicyProperties = z.strictObject({
  Bucket: z.string(),
  PolicyDocument: z.strictObject({ Statement: z.array(Statement), ...withoutEffect('Version', 'Id') }),
});

export type BucketPolicy = readonly z.output<typeof Statement>[];

/** A requested access with its principal. Without `service`, `arn` and `canonicalUserId` it is unsigned. */
export interface Access extends PolicyAccess {
  /** A service principal, e.g. `cloudfront.amazonaws.com`. */
  readonly service?: string;
  /** ARN of an IAM user, e.g. of an origin access identity. */
  readonly arn?: string;
  readonly canonicalUserId?: string;
  readonly action: S3Action;
}

/** Signer of a request: a distribution with an origin access control, an origin access identity, or a role of the account. */
export type Signer =
  | { readonly role: true }
  | { readonly service: string; readonly sourceArn: string; readonly accountId: string }
  | { readonly canonicalUserId: string; readonly arn: string };

/** Returns the policies by bucket. @throws InvalidPropertyError if a bucket has two */
export function readBucketPolicies(stack: Stack): Map<string, BucketPolicy> {
  const policies = new Map<string, BucketPolicy>();
  for (const resource of stack.ofType('AWS::S3::BucketPolicy')) {
    const { Bucket, PolicyDocument } = resource.read(BucketPolicyProperties);
    if (policies.has(Bucket)) {
      const detail = `${Bucket} has a policy already: CloudFormation reports "The bucket policy already exists". Move the statements into that policy`;
      invalidProperty(resource, 'Bucket', detail);
    }
    policies.set(Bucket, PolicyDocument.Statement);
  }
  return policies;
}

/** Tells whether the policy allows the access: a statement allows it, and none denies it. */
export function isAllowed(policy: BucketPolicy, access: Access): boolean {
  return evaluatePolicy(policy, access, isPrincipal(access)).isAllowed;
}

const isPrincipal =
  (access: Access) =>
  ({ Principal }: BucketPolicy[number]): boolean =>
    Principal.some(
      ({ type, names }) =>
        type === '*' ||
        (type === 'AWS' && names.some((name) => name === '*' || name === access.arn)) ||
        (type === 'CanonicalUser' && names.some((name) => name === access.canonicalUserId)) ||
        (type === 'Service' && names.some((name) => name === access.service)),
    );

/**
 * Tells whether the bucket's policy allows an action. No `signer`: unsigned, rejected if public access is blocked. A role may do
 * what the policy does not deny to everyone: its own policies are not enforced.
 */
export function mayAccess(
  bucket: Bucket,
  signer: Signer | undefined,
  action: S3Action,
  resource: string,
): boolean {
  if (!signer && !bucket.allowsPublicPolicy) return false;
  const context: Record<string, string> = { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' };
  if (signer && 'service' in signer) {
    context['aws:sourcearn'] = signer.sourceArn;
    context['aws:sourceaccount'] = signer.accountId;
  }
  const access: Access = { action, resource, context };
  if (signer && 'role' in signer) return !evaluatePolicy(bucket.policy, access, isPrincipal(access)).denial;
  return isAllowed(bucket.policy, { ...access, ...signer });
}
