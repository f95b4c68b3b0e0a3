import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  invalidProperty,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import type { LambdaFunction } from './function';
import { arnOf } from './permission';

/** Cross-origin settings of a function URL; Lambda itself answers preflights. */
export interface FunctionUrlCors {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly allowsCredentials: boolean;
  readonly maxAgeSeconds: number | undefined;
}

export interface FunctionUrl {
  readonly logicalId: string;
  /** `<id>.lambda-url.<region>.on.aws` */
  readonly host: string;
  /** With its qualifier. */
  readonly functionArn: string;
  readonly authType: 'NONE' | 'AWS_IAM';
  /** `InvokeMode` is `RESPONSE_STREAM`. */
  readonly streams: boolean;
  readonly cors: FunctionUrlCors | undefined;
}

const Names = z.array(z.string()).default([]);

const UrlProperties = z.strictObject({
  TargetFunctionArn: z.string(),
  AuthType: z.enum(['NONE', 'AWS_IAM']),
  InvokeMode: z.enum(['BUFFERED', 'RESPONSE_STREAM']).default('BUFFERED'),
  Cors: z
    .strictObject({
      AllowCredentials: cfnBoolean.default(false),
      AllowHeaders: Names,
      AllowMethods: Names,
      AllowOrigins: Names,
      ExposeHeaders: Names,
      MaxAge: cfnInteger.optional(),
    })
    .optional(),
  ...withoutEffect('Qualifier'),
});

/** Reads function URLs. @throws InvalidPropertyError */
export function readFunctionUrls(stack: Stack, functions: readonly LambdaFunction[]): FunctionUrl[] {
  return stack.ofType('AWS::Lambda::Url').map((resource) => {
    const { TargetFunctionArn, AuthType, InvokeMode, Cors } = resource.read(UrlProperties);
    const functionArn = arnOf(resource.ref, functions);
    if (functionArn === undefined)
      invalidProperty(resource, 'TargetFunctionArn', `${TargetFunctionArn} is not a function of this stack.`);
    return {
      logicalId: resource.logicalId,
      host: new URL(String(resource.attribute('FunctionUrl'))).host,
      functionArn,
      authType: AuthType,
      streams: InvokeMode === 'RESPONSE_STREAM',
      cors: Cors && {
        origins: Cors.AllowOrigins,
        methods: Cors.AllowMethods,
        headers: Cors.AllowHeaders,
        exposedHeaders: Cors.ExposeHeaders,
        allowsCredentials: Cors.AllowCredentials,
        maxAgeSeconds: Cors.MaxAge,
      },
    };
  });
}
