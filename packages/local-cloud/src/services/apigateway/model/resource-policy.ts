import { z } from 'zod';
import { withoutEffect } from '@spa-on-aws/cloudformation';
import { isIpRange } from '../../iam-policy';

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
      const message = `the condition key ${key} is not supported; use one of ${CONDITION_KEYS.join(', ')}`;
      context.addIssue({ code: 'custom', message });
    }
  });

const Networks = z.record(z.string(), OneOrMany).superRefine((networks, context) => {
  for (const [key, addresses] of Object.entries(networks)) {
    if (key.toLowerCase() === 'aws:sourceip' && addresses.every(isIpRange)) continue;
    const message = 'must be aws:SourceIp with addresses or CIDR blocks';
    context.addIssue({ code: 'custom', message });
  }
});

/** An object whose unknown members are always rejected: ignoring them could allow more. */
function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$loose> {
  return z.looseObject(shape).superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(shape, name)) continue;
      const message = `${name} is not supported; use one of ${Object.keys(shape).join(', ')}`;
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

/** `Policy` of a REST API; unsupported operators and keys are reported. */
export const ResourcePolicyProperties = z.strictObject({
  Statement: z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(Statement)),
  ...withoutEffect('Version', 'Id'),
});

export type ResourcePolicy = z.output<typeof ResourcePolicyProperties>;
