import { invalidProperty, type Resource } from '@spa-on-aws/cloudformation';
import { withStageVariables } from './destination';
import type { Mapping } from './mapping';
import type { ParameterMapping } from './parameter-mapping';
import type { ApiResource, Method, RestApi } from './rest-api';
import type { Stage } from './stage';

/** Calls a function: `AWS_PROXY`, or `AWS` with a mapping. */
export interface LambdaIntegration {
  readonly type: 'lambda';
  /** `undefined`: a proxy, whose event is the whole request. */
  readonly mapping: Mapping | undefined;
  /** With its qualifier; may contain `${stageVariables.…}`. */
  readonly functionArn: string;
  /** Anything but POST fails (row AG-LA-07). */
  readonly httpMethod: string;
  readonly parameters: readonly ParameterMapping[];
  readonly timeoutMs: number;
  /** `ResponseTransferMode` is `STREAM`. */
  readonly streams: boolean;
  /** The call is made by a role: no permission of the function is needed. */
  readonly usesRole: boolean;
}

/** Returns the ARN in the URI of a function's integration or authorizer. @throws InvalidPropertyError */
export function functionArnIn(
  resource: Resource,
  property: string,
  uri: string | undefined,
  streams = false,
): string {
  const action = streams ? 'response-streaming-invocations' : 'invocations';
  const pattern = new RegExp(String.raw`:lambda:path/[\d-]+/functions/(.+)/${action}$`);
  const [, arn] = pattern.exec(uri ?? '') ?? [];
  if (arn !== undefined) return arn;
  const version = streams ? '2021-11-15' : '2015-03-31';
  return invalidProperty(
    resource,
    property,
    `${String(uri)} must be arn:aws:apigateway:<region>:lambda:path/${version}/functions/<ARN of the function>/${action}${streams ? ', as ResponseTransferMode is STREAM' : ''}.`,
  );
}

/** A function that an API calls at a stage. `property`: where the template names it. */
export interface FunctionReference {
  readonly logicalId: string;
  readonly type: string;
  readonly property: string;
  /** `undefined`: the stage lacks a variable of it. */
  readonly arn: string | undefined;
}

/** Lists the functions that the methods of an API, and their authorizers, call. */
export function functionsBehind(api: RestApi): FunctionReference[] {
  return methodsBelow(api.root).flatMap(({ logicalId, integration, authorizer }) =>
    api.stages.flatMap((stage): FunctionReference[] => [
      ...(integration.type === 'lambda'
        ? [
            {
              logicalId,
              type: 'AWS::ApiGateway::Method',
              property: 'Integration.Uri',
              arn: functionAt(integration, stage),
            },
          ]
        : []),
      ...(authorizer?.type === 'lambda'
        ? [
            {
              logicalId: authorizer.logicalId,
              type: 'AWS::ApiGateway::Authorizer',
              property: 'AuthorizerUri',
              arn: functionAt(authorizer, stage),
            },
          ]
        : []),
    ]),
  );
}

/** Returns the ARN of the function at a stage; `undefined` when the stage lacks a variable. */
export function functionAt(
  { functionArn }: { readonly functionArn: string },
  stage: Stage,
): string | undefined {
  return withStageVariables(functionArn, stage);
}

function methodsBelow({ methods, children }: ApiResource): Method[] {
  return [...methods, ...children.flatMap(methodsBelow)];
}
