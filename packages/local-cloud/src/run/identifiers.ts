import { CodedError, type MatchedParameter, type Stack } from '@spa-on-aws/cloudformation';
import type { LambdaFunction } from '../services/lambda/model/function';
import { RESOURCE_TYPES } from './services';

/** Types of resources with ids that other programs need. */
const NAMED = new Set([
  'AWS::ApiGateway::RestApi',
  'AWS::CloudFront::Distribution',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::Table',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::S3::Bucket',
  'AWS::SSM::Parameter',
  'AWS::SecretsManager::Secret',
]);

/** Names by which other programs find what runs. */
export interface Identifiers {
  /** Ids and ARNs, by logical id. */
  readonly resources: Readonly<Record<string, { readonly id: string; readonly arn?: string }>>;
  /** Outputs by name; `Stack.Name` with several stacks. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Parameters whose values are outputs of other stacks. */
  readonly parametersFromOutputs: readonly MatchedParameter[];
}

/** Returns the identifiers of a stack. @param functions functions that run @param onFault called with the reason when the outputs have no value here */
export function identifiersOf(
  stack: Stack,
  functions: readonly LambdaFunction[],
  onFault: (message: string) => void = () => undefined,
): Identifiers {
  const running = new Set(functions.map(({ logicalId }) => logicalId));
  const named = [...stack.resources.values()].filter(
    ({ logicalId, type }) => NAMED.has(type) || (type === 'AWS::Lambda::Function' && running.has(logicalId)),
  );
  return {
    resources: Object.fromEntries(
      named.map(({ logicalId, type, ref, attribute }) => {
        const arn = RESOURCE_TYPES[type]?.attributes['Arn'] && String(attribute('Arn'));
        return [logicalId, { id: ref, ...(arn !== undefined && { arn }) }];
      }),
    ),
    outputs: outputsOf(stack, onFault),
    parametersFromOutputs: stack.matchedParameters,
  };
}

function outputsOf(stack: Stack, onFault: (message: string) => void): Identifiers['outputs'] {
  try {
    return stack.outputs();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    onFault(`outputs are not shown: ${error.message}`);
    return {};
  }
}
