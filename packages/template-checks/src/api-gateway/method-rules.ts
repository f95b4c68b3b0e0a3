import { apiBehind, behaviorsOf } from '../cloudfront/distribution';
import { rule, type Findings } from '../rule';
import type { TemplateDocument } from '@spa-on-aws/cloudformation';
import { portOf } from '../reachability/authorized-path';
import { guardOf, methodsOf, type Method } from './rest-api';

/** Every method asks for an access token; none takes an ID token. */
export const scopeOnEveryMethod = rule(
  'sign-in',
  'scope-required-on-every-method',
  ['AG-AU-05'],
  'every method asks for an access token with a scope that the pool’s resource server defines',
  function* ({ template }) {
    const methods = methodsOf(template);
    if (methods.length === 0) {
      yield { path: 'Resources', problem: 'there is no method', remedy: 'Define the API’s methods.' };
    }
    const defined = scopesOf(template);
    for (const method of methods) {
      const guard = guardOf(template, method);
      if (!guard.guarded) {
        yield {
          path: guard.path,
          problem: `method ${method.route} asks for no access token with a scope: ${guard.why}`,
          remedy: 'Set AuthorizationType COGNITO_USER_POOLS, AuthorizerId and AuthorizationScopes.',
        };
        continue;
      }
      for (const scope of method.resource.properties.get('AuthorizationScopes').items) {
        if (defined.has(scope.text)) continue;
        yield {
          path: scope.path,
          problem: `scope ${scope.text} of method ${method.route} is none that a resource server of this template defines`,
          remedy: `Use one of ${[...defined].join(', ') || 'those of an AWS::Cognito::UserPoolResourceServer'}.`,
        };
      }
    }
  },
);

/** The scopes resource servers define, by the names tokens carry and by references to the server. */
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

/** What CloudFront sends reaches a method, and what the method sends reaches the load balancer. */
export const methodsFit = rule(
  'deployable',
  'api-methods-valid',
  ['PI-02', 'PI-03', 'AG-PX-01', 'AG-LIM-04', 'CF-PATH-09'],
  'methods hang on resources of their API, map their path, wait 50 ms to 29 s, and name VPC link (v2), load balancer and listener',
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
      yield {
        path: behavior.config.path,
        problem: `no method of ${api} answers below ${prefix}, and CloudFront strips nothing from the path`,
        remedy: `Define ${prefix}{proxy+}.`,
      };
    }
  },
);

function* wiringFindings(template: TemplateDocument, method: Method): Findings {
  const { properties } = method.resource;
  if (method.path === undefined) {
    yield {
      path: properties.get('ResourceId').path,
      problem: `ResourceId ${properties.get('ResourceId').text} leads to no API of this template`,
      remedy: 'Name an AWS::ApiGateway::Resource, or the RootResourceId of the API.',
    };
  }
  if (template.resource(method.api)?.type !== 'AWS::ApiGateway::RestApi') {
    yield {
      path: properties.get('RestApiId').path,
      problem: `RestApiId ${method.api} is no REST API of this template`,
      remedy: 'Name an AWS::ApiGateway::RestApi.',
    };
  }
  if (/\{[^}]*\+\}./.test(method.path ?? '')) {
    yield {
      path: properties.get('ResourceId').path,
      problem: `path ${method.path ?? ''} goes on after a greedy parameter, which must be its end`,
      remedy: 'Put {proxy+} last.',
    };
  }
}

function* integrationFindings(template: TemplateDocument, method: Method): Findings {
  const { integration } = method;
  const timeout = integration.get('TimeoutInMillis');
  if (timeout.isPresent && ((timeout.number ?? 0) < 50 || (timeout.number ?? 0) > 29_000)) {
    yield {
      path: timeout.path,
      problem: `method ${method.route} waits ${timeout.text} ms, and API Gateway waits 50 to 29,000`,
      remedy: 'Set TimeoutInMillis to 29000 or less.',
    };
  }
  if (!integration.get('IntegrationHttpMethod').isPresent) {
    yield {
      path: integration.get('IntegrationHttpMethod').path,
      problem: `method ${method.route} does not say by which method it sends`,
      remedy: 'Set IntegrationHttpMethod, to ANY for the caller’s own.',
    };
  }
  if (integration.get('ConnectionType').text !== 'VPC_LINK') return undefined;
  const connection = integration.get('ConnectionId');
  if (!template.referred(connection, 'AWS::ApiGatewayV2::VpcLink')) {
    yield {
      path: connection.path,
      problem: `ConnectionId ${connection.text || 'is missing'}: no VPC link of the second generation in this template`,
      remedy: 'Name an AWS::ApiGatewayV2::VpcLink.',
    };
  }
  const target = integration.get('IntegrationTarget');
  const loadBalancer = template.referred(target, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  if (!loadBalancer || !target.is(loadBalancer.id)) {
    yield {
      path: target.path,
      problem: `IntegrationTarget ${target.text || 'is missing'}: API Gateway wants the ARN of the load balancer behind the link`,
      remedy: 'Set it to the Ref of the load balancer.',
    };
    return undefined;
  }
  const uri = integration.get('Uri');
  const port = portOf(uri.text);
  const listener = template
    .ofType('AWS::ElasticLoadBalancingV2::Listener')
    .filter(({ properties }) => properties.get('LoadBalancerArn').is(loadBalancer.id))
    .find(({ properties }) => properties.get('Port').number === port);
  const protocol = listener?.properties.get('Protocol').text.toLowerCase();
  if (!listener || !uri.text.startsWith(`${protocol ?? ''}://`)) {
    yield {
      path: uri.path,
      problem: `Uri ${uri.text} fits no listener of ${loadBalancer.id}`,
      remedy: 'Write it with the protocol and port of a listener.',
    };
  }
}

/** A path parameter in the URI needs to be declared, and mapped. */
function* pathFindings(method: Method): Findings {
  const uri = method.integration.get('Uri');
  for (const [, name = ''] of uri.filled(() => '').matchAll(/\{(\w+)\}/g)) {
    const declared = method.resource.properties.get('RequestParameters', `method.request.path.${name}`);
    const mapped = method.integration.get('RequestParameters', `integration.request.path.${name}`);
    const inPath = new RegExp(`\\{${name}\\+?\\}`).test(method.path ?? '');
    if (inPath && declared.boolean === true && mapped.text === `method.request.path.${name}`) continue;
    yield {
      path: inPath && declared.boolean === true ? mapped.path : declared.path,
      problem: `{${name}} in the Uri of ${method.route} is not both declared and mapped: the backend would see it literally`,
      remedy: `Set method.request.path.${name}: true on the method and integration.request.path.${name}: method.request.path.${name} on its integration.`,
    };
  }
}

/** The API answers by its own host in one region: CloudFront stands in front of it already. */
export const regionalApi = rule(
  'deployable',
  'rest-api-regional',
  ['AG-HD-08'],
  'REST APIs are regional: a second CloudFront of AWS’s own before them would only add to the way',
  function* ({ template }) {
    for (const api of template.ofType('AWS::ApiGateway::RestApi')) {
      const types = api.properties.get('EndpointConfiguration', 'Types');
      if (types.items.length === 1 && types.items[0]?.text === 'REGIONAL') continue;
      yield {
        path: types.path,
        problem: `REST API ${api.id} is ${types.items.map((type) => type.text).join(', ') || 'edge-optimized'}`,
        remedy: 'Set EndpointConfiguration.Types to REGIONAL.',
      };
    }
  },
);

/** What API Gateway answers by itself is JSON, and for the page's own origin. */
export const jsonWithoutCors = rule(
  'site',
  'gateway-responses-json-without-cors',
  ['AG-GR-03'],
  'page and API share an origin, so nothing allows another one; what API Gateway answers by itself is JSON',
  function* ({ template }) {
    for (const response of template.ofType('AWS::ApiGateway::GatewayResponse')) {
      for (const [type, body] of response.properties.get('ResponseTemplates').entries) {
        if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) {
          const written = body.text
            .replaceAll(/\$context\.[\w.]*String\b/g, '""')
            .replaceAll(/\$context\.[\w.]+/g, '0');
          if (isJson(written)) continue;
        }
        yield {
          path: body.path,
          problem: `gateway response ${response.properties.get('ResponseType').text} answers ${type}, or a body that is not JSON: ${body.text}`,
          remedy: 'Answer application/json or application/problem+json.',
        };
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
      yield {
        path: value.path,
        problem: `${name} lets pages of other origins read answers`,
        remedy: 'Remove it: the page reaches the API under its own origin.',
      };
    }
  },
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
