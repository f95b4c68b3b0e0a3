import { z } from 'zod';
import {
  cfnInteger,
  invalidProperty,
  type Resource,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';

export interface CognitoAuthorizer {
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
  Type: z.enum(['COGNITO_USER_POOLS'], {
    error: ({ input }) =>
      `${String(input)} is not supported: the authorizer would be a Lambda function; use COGNITO_USER_POOLS`,
  }),
  ProviderARNs: z.array(z.string()).min(1),
  IdentitySource: z
    .string()
    .regex(/^method\.request\.header\.[\w-]+$/, 'must be method.request.header.<name>')
    .default('method.request.header.Authorization'),
  IdentityValidationExpression: z.string().optional(),
  AuthorizerResultTtlInSeconds: cfnInteger
    .pipe(z.number().min(0, 'must be 0 to 3600').max(3_600, 'must be 0 to 3600'))
    .default(300),
  ...withoutEffect('AuthType'),
});

/** Reads the stack's authorizers by id. @throws InvalidPropertyError */
export function readAuthorizers(stack: Stack): ReadonlyMap<string, CognitoAuthorizer> {
  return new Map(
    stack.ofType('AWS::ApiGateway::Authorizer').map((resource) => {
      const authorizer = resource.read(AuthorizerProperties);
      const expression = authorizer.IdentityValidationExpression;
      if (expression !== undefined) checkExpression(resource, expression);
      return [
        resource.ref,
        {
          name: authorizer.Name,
          userPoolArns: authorizer.ProviderARNs,
          header: authorizer.IdentitySource.replace('method.request.header.', ''),
          ttlSeconds: authorizer.AuthorizerResultTtlInSeconds,
          audienceExpression: expression,
        },
      ];
    }),
  );
}

function checkExpression(resource: Resource, expression: string): void {
  try {
    new RegExp(expression);
  } catch (error) {
    invalidProperty(resource, 'IdentityValidationExpression', `${(error as Error).message}.`);
  }
}
