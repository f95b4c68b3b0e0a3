import { z } from 'zod';
import { cfnInteger, invalidProperty, type Resource, withoutEffect } from '@spa-on-aws/cloudformation';

export interface CognitoAuthorizer {
  readonly type: 'cognito';
  readonly name: string;
  readonly userPoolArns: readonly string[];
  readonly header: string;
  readonly ttlSeconds: number;
  /** `IdentityValidationExpression`: a regular expression for the whole audience (row AG-AU-08). */
  readonly audienceExpression: string | undefined;
}

const AuthorizerProperties = z.strictObject({
  RestApiId: z.string(),
  Name: z.string(),
  Type: z.literal('COGNITO_USER_POOLS'),
  ProviderARNs: z.array(z.string()).min(1),
  IdentitySource: z
    .string()
    .regex(/^method\.request\.header\.[\w-]+$/, 'must be method.request.header.<name>')
    .default('method.request.header.Authorization'),
  IdentityValidationExpression: z.string().optional(),
  AuthorizerResultTtlInSeconds: cfnInteger
    .pipe(z.number().min(0, 'must be 0 to 3600').max(3_600, 'must be 0 to 3600'))
    .default(300),
  ...withoutEffect('AuthType', 'AuthorizerCredentials', 'AuthorizerUri'),
});

/** Reads a COGNITO_USER_POOLS authorizer. @throws InvalidPropertyError */
export function readCognitoAuthorizer(resource: Resource): CognitoAuthorizer {
  const authorizer = resource.read(AuthorizerProperties);
  const expression = authorizer.IdentityValidationExpression;
  if (expression !== undefined) checkExpression(resource, expression);
  return {
    type: 'cognito',
    name: authorizer.Name,
    userPoolArns: authorizer.ProviderARNs,
    header: authorizer.IdentitySource.replace('method.request.header.', ''),
    ttlSeconds: authorizer.AuthorizerResultTtlInSeconds,
    audienceExpression: expression,
  };
}

function checkExpression(resource: Resource, expression: string): void {
  try {
    new RegExp(expression);
  } catch (error) {
    invalidProperty(resource, 'IdentityValidationExpression', `${(error as Error).message}.`);
  }
}
