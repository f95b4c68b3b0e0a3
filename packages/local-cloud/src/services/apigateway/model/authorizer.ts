import type { Stack } from '@spa-on-aws/cloudformation';
import { type CognitoAuthorizer, readCognitoAuthorizer } from './cognito-authorizer';
import { type LambdaAuthorizer, readLambdaAuthorizer } from './lambda-authorizer';

/** Decides about the requests of a method. */
export type Authorizer = CognitoAuthorizer | LambdaAuthorizer;

/** Reads the stack's authorizers by id. @throws InvalidPropertyError */
export function readAuthorizers(stack: Pick<Stack, 'ofType'>): ReadonlyMap<string, Authorizer> {
  return new Map(
    stack.ofType('AWS::ApiGateway::Authorizer').map((resource) => {
      const { Type: type } = resource.properties;
      const isFunction = type === 'TOKEN' || type === 'REQUEST';
      return [resource.ref, isFunction ? readLambdaAuthorizer(resource) : readCognitoAuthorizer(resource)];
    }),
  );
}
