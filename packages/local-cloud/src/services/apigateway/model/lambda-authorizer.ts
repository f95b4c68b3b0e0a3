import { z } from 'zod';
import {
  cfnInteger,
  invalidProperty,
  type Resource,
  TemplatePattern,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { functionArnIn } from './lambda-integration';

/** A Lambda authorizer: a function decides about each request. */
export interface LambdaAuthorizer {
  readonly type: 'lambda';
  readonly logicalId: string;
  readonly id: string;
  readonly name: string;
  /** `token`: the function receives one header; `request`: the whole request. */
  readonly kind: 'token' | 'request';
  /** With its qualifier; may contain `${stageVariables.…}`. */
  readonly functionArn: string;
  /** Variables that must have a value, and that results are cached by, e.g. `method.request.header.Authorization`. */
  readonly identitySources: readonly string[];
  /** Regular expression for the whole token; `undefined`: any token. */
  readonly tokenPattern: TemplatePattern | undefined;
  /** `IdentityValidationExpression`, for messages. */
  readonly tokenExpression: string | undefined;
  /** 0: results are not cached. */
  readonly ttlSeconds: number;
  /** The call is made by a role: no permission of the function is needed. */
  readonly usesRole: boolean;
}

const SOURCE = /^(method\.request\.(header|querystring)\.[\w-]+|stageVariables\.\w+|context\.[\w.]+)$/;

const AuthorizerProperties = z.strictObject({
  RestApiId: z.string(),
  Name: z.string(),
  Type: z.enum(['TOKEN', 'REQUEST']),
  AuthorizerUri: z.string(),
  AuthorizerCredentials: z.string().optional(),
  IdentitySource: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(
      z.array(
        z
          .string()
          .regex(
            SOURCE,
            'must be method.request.header.<name>, method.request.querystring.<name>, stageVariables.<name> or context.<name>',
          ),
      ),
    ),
  IdentityValidationExpression: z.string().optional(),
  AuthorizerResultTtlInSeconds: cfnInteger
    .pipe(z.number().min(0, 'must be 0 to 3600').max(3_600, 'must be 0 to 3600'))
    .default(300),
  ...withoutEffect('AuthType', 'ProviderARNs'),
});

/** Reads a TOKEN or REQUEST authorizer. @throws InvalidPropertyError */
export function readLambdaAuthorizer(resource: Resource): LambdaAuthorizer {
  const properties = resource.read(AuthorizerProperties);
  const { IdentitySource: sources, AuthorizerResultTtlInSeconds: ttlSeconds } = properties;
  const kind = properties.Type === 'TOKEN' ? 'token' : 'request';
  if (kind === 'token' && (sources.length !== 1 || !sources[0]?.startsWith('method.request.header.')))
    invalidProperty(
      resource,
      'IdentitySource',
      'must be one header for a TOKEN authorizer: method.request.header.<name>.',
    );
  if (sources.length === 0 && ttlSeconds > 0)
    invalidProperty(
      resource,
      'IdentitySource',
      'is required while results are cached. Set AuthorizerResultTtlInSeconds to 0, or name what identifies the caller.',
    );
  const expression = kind === 'token' ? properties.IdentityValidationExpression : undefined;
  return {
    type: 'lambda',
    logicalId: resource.logicalId,
    id: resource.ref,
    name: properties.Name,
    kind,
    functionArn: functionArnIn(resource, 'AuthorizerUri', properties.AuthorizerUri),
    identitySources: sources,
    tokenPattern: expression === undefined ? undefined : patternOf(resource, expression),
    tokenExpression: expression,
    ttlSeconds,
    usesRole: properties.AuthorizerCredentials !== undefined,
  };
}

function patternOf(resource: Resource, expression: string): TemplatePattern {
  try {
    return new TemplatePattern(`^(?:${expression})$`);
  } catch (error) {
    return invalidProperty(resource, 'IdentityValidationExpression', `${(error as Error).message}.`);
  }
}
