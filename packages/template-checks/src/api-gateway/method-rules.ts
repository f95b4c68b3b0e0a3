import { apiBehind, behaviorsOf } from '../cloudfront/distribution';
import { finding, rule, type Findings } from '../rule';
import type { TemplateDocument, TemplateResource } from '@spa-on-aws/cloudformation';
import { portOf } from '../reachability/authorized-path';
import { listenerOn } from '../reachability/load-balancers';
import { guardOf, methodsOf, publicDeclarationOf, publicReasonOf, type Method } from './rest-api';

export const scopeOnEveryMethod = rule(
  'sign-in',
  'scope-required-on-every-method',
  'every method that is not declared public requires an access token with a scope of a resource server in the template',
  function* ({ template }) {
    const methods = methodsOf(template);
    if (methods.length === 0) yield finding('Resources', 'there is no method', 'Define the API’s methods.');
    const defined = scopesOf(template);
    for (const method of methods) {
      const guard = guardOf(template, method);
      if (publicReasonOf(method) !== undefined) continue;
      if (!guard.guarded) {
        yield finding(
          guard,
          `method ${method.route} does not require an access token with a scope: ${guard.why}`,
          `Set AuthorizationType COGNITO_USER_POOLS, AuthorizerId and AuthorizationScopes, or declare "template-checks": {"publicMethod": "${method.route}", "reason": …} in its Metadata.`,
        );
        continue;
      }
      for (const scope of method.resource.properties.get('AuthorizationScopes').items) {
        if (defined.has(scope.text)) continue;
        yield finding(
          scope,
          `scope ${scope.text} of method ${method.route} is not defined by a resource server of this template`,
          `Use one of ${[...defined].join(', ') || 'the scopes of an AWS::Cognito::UserPoolResourceServer'}.`,
        );
      }
    }
  },
  ['AG-AU-05'],
);

export const publicMethodsAsDeclared = rule(
  'sign-in',
  'public-methods-as-declared',
  'every declaration of a public method has a reason and is on the method with this route, which requires no token',
  function* ({ template }) {
    const methods = new Map(methodsOf(template).map((method) => [method.resource.id, method]));
    const reasons: string[] = [];
    for (const resource of template.resources) {
      const declaration = publicDeclarationOf(resource);
      if (!declaration) continue;
      const method = methods.get(resource.id);
      const reason = method && publicReasonOf(method);
      if (reason !== undefined) {
        reasons.push(`${declaration.route} (${reason})`);
        continue;
      }
      yield finding(
        declaration,
        `${declaration.route} is declared public, but ${contradiction(resource, method)}`,
        'Correct or remove the declaration, or set AuthorizationType to NONE.',
      );
    }
    yield { note: reasons.length > 0 ? `public: ${reasons.join(', ')}` : 'no method is public' };
  },
);

/** Returns what contradicts the declaration of a resource that it is a public method. */
function contradiction(resource: TemplateResource, method: Method | undefined): string {
  const { route, reason } = publicDeclarationOf(resource) ?? {};
  if (!method) return `it is on ${resource.id}, which is not a method`;
  if (method.route !== route) return `it is on method ${method.route}`;
  if (reason === '') return 'it has no reason';
  return `AuthorizationType is ${resource.properties.get('AuthorizationType').text || 'missing'}`;
}

/** Returns the scopes of resource servers, as names in tokens and as references to the server. */
export function scopesOf(template: TemplateDocument): ReadonlySet<string> {
  return new Set(
    template.ofType('AWS::Cognito::UserPoolResourceServer').flatMap((server) =>
      server.properties.get('Scopes').items.flatMap((scope) => {
        const name = scope.get('ScopeName').text;
        return [`${server.properties.get('Identifier').text}/${name}`, `\${${server.id}}/${name}`];
      }),
    ),
  );
}

export const methodsFit = rule(
  'deployable',
  'api-methods-valid',
  'methods belong to resources of their API, map their path parameters, have a timeout of 50 ms to 29 s, and use a VPC link (v2), load balancer and listener',
  function* ({ template }) {
    for (const method of methodsOf(template)) {
      yield* wiringFindings(template, method);
      if (method.integration.get('Type').text === 'MOCK') continue;
      yield* integrationFindings(template, method);
      yield* pathFindings(method);
    }
    for (const behavior of behaviorsOf(template)) {
      const api = apiBehind(template, behavior);
      const prefix = behavior.pattern.replace(/\*$/, '');
      const below = methodsOf(template).filter((method) => method.api === api);
      if (!api || below.some((method) => method.path?.startsWith(prefix))) continue;
      yield finding(
        behavior.config,
        `${api} has no method for paths that start with ${prefix}; CloudFront does not remove the prefix`,
        `Define ${prefix}{proxy+}.`,
      );
    }
  },
  ['PI-02', 'PI-03', 'AG-PX-01', 'AG-LIM-04', 'CF-PATH-09'],
);

function* wiringFindings(template: TemplateDocument, method: Method): Findings {
  const { properties } = method.resource;
  if (method.path === undefined) {
    yield finding(
      properties.get('ResourceId'),
      `ResourceId ${properties.get('ResourceId').text} does not belong to an API of this template`,
      'Use an AWS::ApiGateway::Resource, or the RootResourceId of the API.',
    );
  }
  if (template.resource(method.api)?.type !== 'AWS::ApiGateway::RestApi') {
    yield finding(
      properties.get('RestApiId'),
      `RestApiId ${method.api} is not a REST API of this template`,
      'Use an AWS::ApiGateway::RestApi.',
    );
  }
  if (/\{[^}]*\+\}./.test(method.path ?? '')) {
    yield finding(
      properties.get('ResourceId'),
      `path ${method.path ?? ''} continues after a greedy parameter, which must be the last part`,
      'Put {proxy+} last.',
    );
  }
}

function* integrationFindings(template: TemplateDocument, method: Method): Findings {
  const { integration } = method;
  const timeout = integration.get('TimeoutInMillis');
  if (timeout.isPresent && ((timeout.number ?? 0) < 50 || (timeout.number ?? 0) > 29_000)) {
    yield finding(
      timeout,
      `method ${method.route} has a timeout of ${timeout.text} ms, but API Gateway accepts 50 to 29,000`,
      'Set TimeoutInMillis to 29000 or less.',
    );
  }
  if (!integration.get('IntegrationHttpMethod').isPresent) {
    yield finding(
      integration.get('IntegrationHttpMethod'),
      `method ${method.route} has no IntegrationHttpMethod`,
      'Set IntegrationHttpMethod. ANY forwards the method of the request.',
    );
  }
  const verb = integration.get('IntegrationHttpMethod');
  if (integration.get('Type').text === 'AWS_PROXY' && verb.isPresent && verb.text !== 'POST') {
    yield finding(
      verb,
      `method ${method.route} invokes a function with ${verb.text}, but Lambda only accepts POST`,
      'Set IntegrationHttpMethod to POST.',
    );
  }
  if (integration.get('ConnectionType').text !== 'VPC_LINK') return;
  const connection = integration.get('ConnectionId');
  if (!template.referred(connection, 'AWS::ApiGatewayV2::VpcLink')) {
    yield finding(
      connection,
      `ConnectionId ${connection.text || 'is missing'}: not a VPC link (v2) of this template`,
      'Use an AWS::ApiGatewayV2::VpcLink.',
    );
  }
  const target = integration.get('IntegrationTarget');
  const loadBalancer = template.referred(target, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  if (!loadBalancer || !target.is(loadBalancer.id)) {
    yield finding(
      target,
      `IntegrationTarget ${target.text || 'is missing'}: API Gateway needs the ARN of the load balancer`,
      'Set it to the Ref of the load balancer.',
    );
    return;
  }
  const uri = integration.get('Uri');
  const port = portOf(uri.text);
  const listener = listenerOn(template, loadBalancer, port);
  const protocol = listener?.properties.get('Protocol').text.toLowerCase();
  if (!listener || !uri.text.startsWith(`${protocol ?? ''}://`)) {
    yield finding(
      uri,
      `Uri ${uri.text} matches no listener of ${loadBalancer.id}`,
      'Use the protocol and port of a listener.',
    );
  }
}

function* pathFindings(method: Method): Findings {
  const uri = method.integration.get('Uri');
  for (const [, name = ''] of uri.filled(() => '').matchAll(/\{(\w+)\}/g)) {
    const declared = method.resource.properties.get('RequestParameters', `method.request.path.${name}`);
    const mapped = method.integration.get('RequestParameters', `integration.request.path.${name}`);
    const inPath = new RegExp(`\\{${name}\\+?\\}`).test(method.path ?? '');
    if (inPath && declared.boolean === true && mapped.text === `method.request.path.${name}`) continue;
    yield finding(
      inPath && declared.boolean === true ? mapped.path : declared.path,
      `{${name}} in the Uri of ${method.route} is not declared and mapped: the backend would get it literally`,
      `Set method.request.path.${name}: true on the method and integration.request.path.${name}: method.request.path.${name} on its integration.`,
    );
  }
}

export const regionalApi = rule(
  'deployable',
  'rest-api-regional',
  'REST APIs are regional, because an edge-optimized API would add a second CloudFront distribution',
  function* ({ template }) {
    for (const api of template.ofType('AWS::ApiGateway::RestApi')) {
      const types = api.properties.get('EndpointConfiguration', 'Types');
      if (types.items.length === 1 && types.items[0]?.text === 'REGIONAL') continue;
      yield finding(
        types,
        `REST API ${api.id} is ${types.items.map((type) => type.text).join(', ') || 'edge-optimized'}`,
        'Set EndpointConfiguration.Types to REGIONAL.',
      );
    }
  },
  ['AG-HD-08'],
);

export const jsonWithoutCors = rule(
  'site',
  'gateway-responses-json-without-cors',
  'page and API have the same origin, so nothing allows other origins; gateway responses are JSON',
  function* ({ template }) {
    for (const response of template.ofType('AWS::ApiGateway::GatewayResponse')) {
      for (const [type, body] of response.properties.get('ResponseTemplates').entries) {
        if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) {
          const written = body.text
            .replaceAll(/\$context\.[\w.]*String\b/g, '""')
            .replaceAll(/\$context\.[\w.]+/g, '0');
          if (isJson(written)) continue;
        }
        yield finding(
          body,
          `gateway response ${response.properties.get('ResponseType').text} has type ${type}, or a body that is not JSON: ${body.text}`,
          'Use application/json or application/problem+json.',
        );
      }
    }
    const allowed = [
      ...template
        .ofType('AWS::ApiGateway::GatewayResponse')
        .flatMap(({ properties }) =>
          properties
            .get('ResponseParameters')
            .entries.filter(([name]) => name.toLowerCase().includes('access-control-allow-origin')),
        ),
      ...template.ofType('AWS::CloudFront::ResponseHeadersPolicy').flatMap(({ properties }) => {
        const cors = properties.get('ResponseHeadersPolicyConfig', 'CorsConfig');
        return cors.isPresent ? [['CorsConfig', cors] as const] : [];
      }),
    ];
    for (const [name, value] of allowed) {
      yield finding(
        value,
        `${name} allows pages of other origins to read responses`,
        'Remove it: the page and the API have the same origin.',
      );
    }
  },
  ['AG-GR-03'],
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
