import { z } from 'zod';
import { cfnInteger, invalidProperty, type Stack } from '@spa-on-aws/cloudformation';
import type { LambdaFunction } from './function';
import { arnOf } from './permission';

export const EVENT_INVOKE_CONFIG = 'AWS::Lambda::EventInvokeConfig';

/** Retries and destinations of the asynchronous calls of a function, version or alias. */
export interface EventInvokeConfig {
  /** With its qualifier. */
  readonly functionArn: string;
  readonly maximumRetries: number;
  readonly maximumAgeMs: number;
  /** ARN that gets a record of a call that succeeded. */
  readonly onSuccess: string | undefined;
  /** ARN that gets a record of a call that failed. */
  readonly onFailure: string | undefined;
}

/** The configuration of a function without one. */
export const DEFAULT_EVENT_INVOKE_CONFIG: Omit<EventInvokeConfig, 'functionArn'> = {
  maximumRetries: 2,
  maximumAgeMs: 21_600_000,
  onSuccess: undefined,
  onFailure: undefined,
};

const Destination = z.strictObject({ Destination: z.string() }).optional();

const ConfigProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string(),
  MaximumRetryAttempts: cfnInteger.default(2),
  MaximumEventAgeInSeconds: cfnInteger.default(21_600),
  DestinationConfig: z.strictObject({ OnFailure: Destination, OnSuccess: Destination }).optional(),
});

/** Reads the configurations of functions on a request path. @throws InvalidPropertyError */
export function readEventInvokeConfigs(
  stack: Stack,
  functions: readonly LambdaFunction[],
): EventInvokeConfig[] {
  return stack.ofType(EVENT_INVOKE_CONFIG).flatMap((resource) => {
    const { FunctionName: name, Qualifier: qualifier } = resource.properties;
    const functionArn = arnOf(`${String(name)}:${String(qualifier)}`, functions);
    if (functionArn === undefined) return [];
    const read = resource.read(ConfigProperties);
    const { MaximumRetryAttempts: maximumRetries, MaximumEventAgeInSeconds: seconds } = read;
    if (maximumRetries < 0 || maximumRetries > 2)
      invalidProperty(resource, 'MaximumRetryAttempts', `${maximumRetries} must be 0, 1 or 2.`);
    if (seconds < 60 || seconds > 21_600)
      invalidProperty(resource, 'MaximumEventAgeInSeconds', `${seconds} must be 60 to 21600.`);
    return [
      {
        functionArn,
        maximumRetries,
        maximumAgeMs: seconds * 1_000,
        onSuccess: read.DestinationConfig?.OnSuccess?.Destination,
        onFailure: read.DestinationConfig?.OnFailure?.Destination,
      },
    ];
  });
}
