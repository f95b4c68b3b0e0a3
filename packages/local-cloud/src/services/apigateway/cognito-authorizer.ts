import { z } from 'zod';
import {
  cfnInteger,
  InvalidPropertyError,
  type Resource,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';

/** A Cognito user pools authorizer. */
export interface CognitoAuthorizer {
  readonly name: string;
  readonly userPoolArns: readonly string[];
  /** The header that carries the token, as the template writes it. */
  readonly header: string;
  /** For how long a verdict on a token is kept. */
  readonly ttlSeconds: number;
  /** What the audience of a token must match as a whole: `IdentityValidationExpression` (row AG-AU-08). */
  readonly audience: { readonly expression: string; readonly pattern: RegExp } | undefined;
}

const AuthorizerProperties = z.strictObject({
  RestApiId: z.string(),
  Name: z.string(),
  Type: z.enum(['COGNITO_USER_POOLS'], {
    error: ({ input }) =>
      `${String(input)} is not run here: the authorizer would be a Lambda function; use COGNITO_USER_POOLS`,
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

/**
 * Reads the stack's authorizers, by id.
 *
 * @throws InvalidPropertyError
 */
export function readAuthorizers(stack: Stack): ReadonlyMap<string, CognitoAuthorizer> {
  return new Map(
    stack.ofType('AWS::ApiGateway::Authorizer').map((resource) => {
      const authorizer = resource.read(AuthorizerProperties);
      const expression = authorizer.IdentityValidationExpression;
      return [
        resource.ref,
        {
          name: authorizer.Name,
          userPoolArns: authorizer.ProviderARNs,
          header: authorizer.IdentitySource.replace('method.request.header.', ''),
          ttlSeconds: authorizer.AuthorizerResultTtlInSeconds,
          audience:
            expression === undefined ? undefined : { expression, pattern: wholeMatch(resource, expression) },
        },
      ];
    }),
  );
}

function wholeMatch(resource: Resource, expression: string): RegExp {
  try {
    return new RegExp(`^(?:${expression})$`);
  } catch (error) {
    throw new InvalidPropertyError(resource.logicalId, resource.type, [
      { property: 'IdentityValidationExpression', detail: `${(error as Error).message}.` },
    ]);
  }
}
