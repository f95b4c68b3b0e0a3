import { z } from 'zod';
import { invalidProperty, type Resource, withoutEffect } from '@spa-on-aws/cloudformation';

/** Triggers with one version of their event, by their name in `LambdaConfig`. */
const PLAIN_TRIGGERS = [
  'CreateAuthChallenge',
  'CustomMessage',
  'DefineAuthChallenge',
  'PostAuthentication',
  'PostConfirmation',
  'PreAuthentication',
  'PreSignUp',
  'UserMigration',
  'VerifyAuthChallengeResponse',
] as const;

/** A trigger, as `LambdaConfig` and Cognito's messages name it. */
export type TriggerName = 'PreTokenGeneration' | (typeof PLAIN_TRIGGERS)[number];

export interface Trigger {
  /** With its qualifier, if any. */
  readonly functionArn: string;
  /** Version of the event: 1 for all triggers but `PreTokenGeneration`. */
  readonly version: 1 | 2 | 3;
}

export type Triggers = Readonly<Partial<Record<TriggerName, Trigger>>>;

const EVENT_VERSIONS = { V1_0: 1, V2_0: 2, V3_0: 3 } as const;

/** Triggers that send messages in place of Cognito. Their codes are encrypted with a KMS key, which exists on AWS only. */
export const CUSTOM_SENDERS = ['CustomEmailSender', 'CustomSMSSender'] as const;

/** Loose, so that a trigger that this file does not know is refused, and never ignored. */
export const LambdaConfigProperties = z.looseObject({
  PreTokenGeneration: z.string().optional(),
  PreTokenGenerationConfig: z
    .strictObject({ LambdaArn: z.string(), LambdaVersion: z.enum(['V1_0', 'V2_0', 'V3_0']).default('V1_0') })
    .optional(),
  ...(Object.fromEntries(PLAIN_TRIGGERS.map((name) => [name, z.string().optional()])) as Record<
    (typeof PLAIN_TRIGGERS)[number],
    z.ZodOptional<z.ZodString>
  >),
  ...withoutEffect(...CUSTOM_SENDERS, 'KMSKeyID'),
});

type LambdaConfig = z.output<typeof LambdaConfigProperties>;

/** Lists the triggers that the local cloud does not run. */
export function unsupportedTriggers(config: LambdaConfig): { property: string; detail: string }[] {
  const names = Object.keys(config).filter((name) => !Object.hasOwn(LambdaConfigProperties.shape, name));
  const supported = ['PreTokenGeneration', ...PLAIN_TRIGGERS].join(', ');
  return names.map((name) => ({
    property: `LambdaConfig.${name}`,
    detail: `the local cloud does not run this trigger. It runs ${supported}.`,
  }));
}

/** @throws InvalidPropertyError for what Cognito refuses when the user pool is created */
export function readTriggers(resource: Resource, config: LambdaConfig, tier: string): Triggers {
  const { PreTokenGeneration: plain, PreTokenGenerationConfig: versioned } = config;
  const property = 'LambdaConfig.PreTokenGenerationConfig';
  if (plain !== undefined && versioned && plain !== versioned.LambdaArn)
    invalidProperty(resource, property, 'must have the same ARN as PreTokenGeneration.');
  const version = EVENT_VERSIONS[versioned?.LambdaVersion ?? 'V1_0'];
  if (version > 1 && tier === 'LITE')
    invalidProperty(
      resource,
      property,
      `${versioned?.LambdaVersion} requires UserPoolTier ESSENTIALS or PLUS.`,
    );
  const functionArn = versioned?.LambdaArn ?? plain;
  return {
    ...(functionArn !== undefined && { PreTokenGeneration: { functionArn, version } }),
    ...Object.fromEntries(
      PLAIN_TRIGGERS.flatMap((name) => {
        const arn = config[name];
        return arn === undefined ? [] : [[name, { functionArn: arn, version: 1 }]];
      }),
    ),
  };
}
