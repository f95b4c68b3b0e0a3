import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';

const RESOURCE = 'AWS::ApiGateway::Resource';

/** Method of a REST API. */
export interface Method {
  readonly resource: TemplateResource;
  /** Logical id of its API, or the text of RestApiId. */
  readonly api: string;
  /** Path below the stage, e.g. `/api/{proxy+}`; absent when its resource is not in the template. */
  readonly path?: string;
  /** Method and path, e.g. `ANY /api/{proxy+}`. */
  readonly route: string;
  readonly integration: Value;
}

export function methodsOf(template: TemplateDocument): readonly Method[] {
  return template.ofType('AWS::ApiGateway::Method').map((resource) => {
    const path = pathOf(template, resource.properties.get('ResourceId'));
    const verb = resource.properties.get('HttpMethod').text;
    return {
      resource,
      api: resource.properties.get('RestApiId').key,
      ...(path === undefined ? {} : { path }),
      route: `${verb} ${path ?? 'at an unknown path'}`,
      integration: resource.properties.get('Integration'),
    };
  });
}

/** Returns the path of a resource id, from the path parts of its `AWS::ApiGateway::Resource` and its parents. */
function pathOf(template: TemplateDocument, resourceId: Value): string | undefined {
  const parts: string[] = [];
  let current = resourceId;
  while (current.reference?.attribute !== 'RootResourceId') {
    const resource = template.referred(current, RESOURCE);
    if (!resource || parts.length > template.resources.length) return undefined;
    parts.unshift(resource.properties.get('PathPart').text);
    current = resource.properties.get('ParentId');
  }
  return `/${parts.join('/')}`;
}

/**
 * Declares in the `Metadata` of a method that it is public on purpose: `{"template-checks": {"publicMethod": "GET
 * /api/status", "reason": "…"}}`.
 */
interface PublicDeclaration {
  /** Place of the declaration. */
  readonly path: string;
  /** Declared method and path. */
  readonly route: string;
  readonly reason: string;
}

/** Returns the declaration of a resource that it is a public method. */
export function publicDeclarationOf({ entry }: TemplateResource): PublicDeclaration | undefined {
  const declaration = entry.get('Metadata', 'template-checks');
  const route = declaration.get('publicMethod');
  if (!route.isPresent) return undefined;
  return { path: route.path, route: route.text, reason: declaration.get('reason').text };
}

/** Returns why a method is public on purpose: it has no authorization, and its declaration has its route and a reason. */
export function publicReasonOf({ resource, route }: Method): string | undefined {
  const declaration = publicDeclarationOf(resource);
  const isOpen = resource.properties.get('AuthorizationType').text === 'NONE';
  return isOpen && declaration?.route === route && declaration.reason !== '' ? declaration.reason : undefined;
}

/** Tells whether a method requires an access token with one of its scopes, and why. */
export type Guard =
  | { readonly guarded: true; readonly why: string }
  | { readonly guarded: false; readonly why: string; readonly path: string };

/**
 * Returns the guard of a method. Only the Cognito authorizer with a user pool of this template and at least one scope
 * counts: without a scope it accepts ID tokens (AG-AU-04).
 */
export function guardOf(template: TemplateDocument, method: Method): Guard {
  const { properties } = method.resource;
  const refused = (value: Value, why: string): Guard => ({ guarded: false, why, path: value.path });

  const type = properties.get('AuthorizationType');
  if (type.text !== 'COGNITO_USER_POOLS') {
    return refused(
      type,
      type.isPresent && type.text !== 'NONE'
        ? `AuthorizationType is ${type.text}, not the Cognito authorizer`
        : 'AuthorizationType is NONE: unauthenticated requests pass',
    );
  }
  const authorizerId = properties.get('AuthorizerId');
  const authorizer = template.referred(authorizerId, 'AWS::ApiGateway::Authorizer');
  if (!authorizer) {
    return refused(
      authorizerId,
      `AuthorizerId ${authorizerId.text || 'is missing'}: not an authorizer of this template`,
    );
  }
  const authorizerProblem = problemOf(template, authorizer, method);
  if (authorizerProblem) return refused(authorizerProblem.value, authorizerProblem.why);

  const scopes = properties.get('AuthorizationScopes');
  const names = scopes.items.map((scope) => scope.text).filter((scope) => scope.trim() !== '');
  if (names.length === 0) {
    return refused(scopes, 'no AuthorizationScopes: ID tokens of all users in the pool pass');
  }
  return {
    guarded: true,
    why: `authorizer ${authorizer.id}: an access token with ${names.join(' or ')}`,
  };
}

function problemOf(
  template: TemplateDocument,
  authorizer: TemplateResource,
  method: Method,
): { readonly value: Value; readonly why: string } | undefined {
  const { properties } = authorizer;
  const type = properties.get('Type');
  if (type.text !== 'COGNITO_USER_POOLS') {
    return {
      value: type,
      why: `authorizer ${authorizer.id} is of type ${type.text}, not COGNITO_USER_POOLS`,
    };
  }
  const api = properties.get('RestApiId');
  if (api.key !== method.api) {
    return { value: api, why: `authorizer ${authorizer.id} belongs to another API, ${api.key}` };
  }
  const pools = properties.get('ProviderARNs');
  const foreign = pools.items.find((pool) => {
    const known = template.referred(pool, 'AWS::Cognito::UserPool');
    return !known || !pool.is(known.id, 'Arn');
  });
  if (pools.items.length === 0 || foreign) {
    return {
      value: foreign ?? pools,
      why: `authorizer ${authorizer.id} trusts ${foreign?.text ?? 'no pool'}, not the Arn of a user pool of this template`,
    };
  }
  return undefined;
}
