import type { Hop } from '../trace/trace';
import type { HopDescription } from './describe-hop';

type ApiGatewayHop = Extract<Hop, { service: 'apigateway' }>;
type AuthorizerHop = Extract<ApiGatewayHop, { event: `authorizer.${string}` }>;

export function describeApiGateway(hop: ApiGatewayHop): HopDescription {
  if (isAuthorizerHop(hop)) return describeAuthorizer(hop);
  const facts: Record<string, string> = {};
  return { service: serviceOf(hop.event), sentence: sentenceOf(hop, facts), facts };
}

function isAuthorizerHop(hop: ApiGatewayHop): hop is AuthorizerHop {
  return hop.event.startsWith('authorizer.');
}

function serviceOf(event: string): string {
  if (event.startsWith('lambda-authorizer.')) return 'Authorizer';
  const isIntegration = /^(?:integration|mock)\./.test(event) && event !== 'integration.responded';
  return isIntegration ? 'Integration' : 'API Gateway';
}

/** Sentences, or reasons of the authorizer, about events whose data adds nothing to them. */
const SENTENCES = {
  'protocol.not-https':
    'rejected: execute-api accepts HTTPS only; on AWS nothing listens for plain HTTP (row AG-LIM-10)',
  'request.path-encoding-invalid': 'rejected: the percent-encoding of the path is invalid',
  'throttle.forced': 'throttled: throttling of every call is switched on',
  'api-key.missing': 'rejected: the method requires an API key, and the request has no X-Api-Key header',
  'signature.missing':
    'rejected: the method accepts signed requests only, and this one has no Authorization header',
  'signature.malformed':
    'rejected: the Authorization header is not a signature (AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature, and the header X-Amz-Date)',
  'signature.invalid':
    'rejected: the signature does not match the request: another secret key, or the host, path, query, a signed header or the body changed on the way',
  'authorizer.token-malformed': 'the header does not contain a token (a JWT has three base64url parts)',
  'authorizer.token-expiry-forced':
    'the token is treated as expired: expiring all current tokens was switched on',
  'authorizer.algorithm-not-allowed': 'the token is not signed with RS256, the only accepted algorithm',
  'authorizer.signature-invalid':
    'the signature is invalid: the token was changed, or the user pool did not sign it',
  'authorizer.key-unknown':
    'the user pool has no such signing key: the token is from another pool, or the keys were rotated',
  'authorizer.access-token':
    'this is an access token; the method has no scopes, so it accepts ID tokens only',
} as const satisfies Partial<Record<ApiGatewayHop['event'], string>>;

const isFixed = <H extends ApiGatewayHop>(hop: H): hop is Extract<H, { event: keyof typeof SENTENCES }> =>
  hop.event in SENTENCES;

/** @param facts receives the names and values shown beside the sentence */
function sentenceOf(hop: Exclude<ApiGatewayHop, AuthorizerHop>, facts: Record<string, string>): string {
  if (isFixed(hop)) return SENTENCES[hop.event];
  switch (hop.event) {
    case 'method.overridden':
      return `treats ${hop.data.from} as ${hop.data.to} because of X-HTTP-Method-Override`;
    case 'host.unknown':
      facts['Host of the API'] = hop.data.apiHost;
      return `rejected: the Host header ${JSON.stringify(hop.data.host)} is not the API's; CloudFront must not forward the viewer's Host header to an API`;
    case 'request.character-not-encoded': {
      const { character } = hop.data;
      const encoded = character.charCodeAt(0).toString(16).toUpperCase();
      return `rejected: ${character} must be percent-encoded as %${encoded} in paths and queries`;
    }
    case 'request.headers-too-large':
      return `rejected: the headers have ${hop.data.bytes} bytes; API Gateway accepts ${hop.data.maxBytes}, CloudFront's own headers and cookies included`;
    case 'request.arn-too-long':
      return `rejected: the ARN of the method, which includes the path, has ${hop.data.bytes} bytes; the limit is ${hop.data.maxBytes}`;
    case 'request.body-too-large': {
      const size = hop.data.bytes === undefined ? 'more' : `${hop.data.bytes} bytes`;
      return `rejected: the body has ${size}; API Gateway accepts ${hop.data.maxBytes} bytes and forwards nothing of a larger one`;
    }
    case 'request.body-coding-invalid':
      return `rejected: the body does not have the ${hop.data.coding} coding that Content-Encoding names`;
    case 'request.parameters-missing':
      return `rejected by the request validator: ${hop.data.names.join(', ')} missing`;
    case 'request.body-invalid':
      facts['Model'] = hop.data.model;
      return `rejected by the request validator: ${hop.data.fault}`;
    case 'request.body-corrupted':
      return `the body is corrupted: it is not UTF-8 text, and ${hop.data.contentType ?? 'a body without Content-Type'} is not one of the API's BinaryMediaTypes`;

    case 'stage.not-found':
      return `rejected: ${hop.data.api} has no stage ${JSON.stringify(hop.data.stage)}, which is the first segment of the path; it has ${hop.data.stages.join(', ')}`;
    case 'route.not-found': {
      const request = `rejected: no method matches ${hop.data.method} ${hop.data.path}`;
      if (hop.data.reason === 'other-methods')
        return `${request}: that path has ${hop.data.methods.join(', ')} only`;
      const { routes, moreRoutes } = hop.data;
      const known = moreRoutes > 0 ? [...routes, `${moreRoutes} more`] : routes;
      return `${request}: the API has ${known.join('; ') || 'no methods'}`;
    }
    case 'route.matched': {
      const { stage, requestMethod, method, resourcePath, pathParameters } = hop.data;
      facts['Stage'] = stage;
      const parameters = Object.entries(pathParameters).map(([name, value]) => `${name} = ${value}`);
      if (parameters.length > 0) facts['Path parameters'] = parameters.join(', ');
      const [, greedy] = /\{([^+}]+)\+\}$/.exec(resourcePath) ?? [];
      return [
        `matched ${method} ${resourcePath}`,
        ...(method === requestMethod ? [] : [`ANY includes ${requestMethod}`]),
        ...(greedy === undefined ? [] : [`{${greedy}+} takes the rest of the path`]),
      ].join(', ');
    }

    case 'throttle.stage-limit':
      return `throttled: stage ${hop.data.stage} allows ${rate(hop.data)} to ${hop.data.method} ${hop.data.resourcePath}`;
    case 'usage-plan.throttled':
      return `throttled: the usage plan allows ${rate(hop.data)} with the API key ${hop.data.apiKey}`;
    case 'usage-plan.quota-exceeded':
      return `rejected: the API key ${hop.data.apiKey} has used its quota of ${hop.data.limit} calls per ${hop.data.period.toLowerCase()}`;
    case 'signature.key-unknown':
      return `rejected: ${hop.data.accessKeyId} is not an access key of the local cloud; it prints its own at the start`;
    case 'signature.scope-wrong':
      return `rejected: the signature is for ${hop.data.service} in ${hop.data.region}; it must be for execute-api in ${hop.data.expectedRegion}`;
    case 'signature.expired':
      return `rejected: the request was signed ${Math.abs(hop.data.secondsAgo)} s ${hop.data.secondsAgo > 0 ? 'ago' : 'in the future'}; 300 s are accepted`;
    case 'signature.accepted':
      return `the signature is valid: ${hop.data.userArn}`;
    case 'lambda-authorizer.identity-missing':
      facts['Authorizer'] = hop.data.authorizer;
      return `rejected without calling the function: the request lacks ${hop.data.sources.join(' and ')}`;
    case 'lambda-authorizer.token-mismatch':
      facts['Authorizer'] = hop.data.authorizer;
      return `rejected without calling the function: the token does not match IdentityValidationExpression ${hop.data.expression}`;
    case 'lambda-authorizer.unauthorized':
      facts['Authorizer'] = hop.data.authorizer;
      return 'rejected: the function failed with the message “Unauthorized”';
    case 'lambda-authorizer.failed':
      facts['Authorizer'] = hop.data.authorizer;
      return `failed: ${hop.data.detail}`;
    case 'lambda-authorizer.denied': {
      const { principalId, resource, explicitly, cached } = hop.data;
      facts['Principal'] = principalId;
      facts['Resource'] = resource;
      const why = explicitly ? 'a statement of the policy denies it' : 'no statement of the policy allows it';
      return `rejected: ${why}${cachedSince(cached)}`;
    }
    case 'lambda-authorizer.allowed': {
      const { principalId, context, cached } = hop.data;
      facts['Principal'] = principalId;
      for (const [name, value] of Object.entries(context)) facts[`context.${name}`] = value;
      return `allowed by the policy of the function${cachedSince(cached)}`;
    }
    case 'policy.denied': {
      describePolicyCall(hop.data, facts);
      const statement = hop.data.statement === undefined ? '' : `, statement ${hop.data.statement}`;
      return `rejected: denied by the API's resource policy${statement}`;
    }
    case 'policy.not-allowed':
      describePolicyCall(hop.data, facts);
      return "rejected: no statement of the API's resource policy allows the call";
    case 'api-key.unknown':
      return `rejected: the method requires an API key, and X-Api-Key is not a key of a usage plan for stage ${hop.data.stage}`;

    case 'integration.called': {
      const { method, host, path, replacedBy } = hop.data;
      return `${method} ${host}${path}, ${replacedBy === undefined ? 'through the VPC link' : `replaced here by ${replacedBy}`}`;
    }
    case 'integration.responded':
      if (hop.data.streamed) facts['Transfer'] = 'streamed: no size limit, bytes unchanged';
      if (hop.data.bodyCorrupted)
        facts['Body'] =
          "corrupted: it is not UTF-8 text, and neither its type nor the first type of Accept is one of the API's BinaryMediaTypes";
      return `passes on the integration's ${hop.data.status}`;
    case 'integration.function-called':
      facts['Function'] = hop.data.functionArn;
      return 'calls the Lambda function';
    case 'integration.function-method':
      return `failed: IntegrationHttpMethod is ${hop.data.method}; only POST calls a function`;
    case 'integration.function-rejected':
      return `failed: Lambda rejected the call (${hop.data.reason})`;
    case 'integration.function-failed':
      return 'failed: the function failed; its error does not reach the client';
    case 'integration.function-response-malformed':
      return `failed: the response of the function is malformed: ${hop.data.detail}`;
    case 'integration.header-not-mappable':
      return `failed: a mapping cannot set ${hop.data.name}`;
    case 'integration.response-too-large':
      return `failed: the response has more than ${hop.data.maxBytes} bytes; use ResponseTransferMode STREAM for larger ones`;
    case 'integration.template-failed':
      return `failed: the mapping template cannot be rendered: ${hop.data.reason}`;
    case 'integration.timed-out':
      return `failed: no complete response within ${hop.data.timeoutMs} ms`;
    case 'integration.unreachable':
      return `failed: ${whyUnreachable(hop.data)}`;
    case 'integration.media-type-unsupported':
      return `rejected: the integration has no request template for ${hop.data.mediaType}`;
    case 'integration.event-not-json':
      return `rejected: the event for the function is not JSON: ${hop.data.detail}`;
    case 'integration.response-mapped': {
      const { selector, pattern, status } = hop.data;
      const by = pattern === undefined ? 'the default response' : `the response for ${pattern}`;
      return `${by} of the integration is for ${selector === '' ? 'success' : selector}: responds with ${status}`;
    }
    case 'integration.response-missing':
      return `failed: the integration has no response for ${hop.data.selector || 'success'}, and no default (an empty SelectionPattern)`;
    case 'integration.pattern-too-slow':
      return `failed: the SelectionPattern ${hop.data.pattern} takes too long`;
    case 'mock.responded':
      return `mock: the request template chooses the status ${hop.data.status}`;
    case 'mock.status-missing':
      return 'failed: no request template of the mock chooses a status';

    case 'gateway-response.sent': {
      const { status, type, customizedBy } = hop.data;
      if (type === undefined) return `responds with ${status}, which an API cannot customize`;
      const by = customizedBy === undefined ? "AWS's default" : `customized by ${customizedBy}`;
      return `responds with ${status}: gateway response ${type}, ${by}`;
    }
    case 'access-log.written':
      facts['Access log'] = hop.data.line;
      return 'wrote the access log';
  }
}

function rate({ ratePerSecond, burst }: { ratePerSecond: number; burst: number }): string {
  return `${ratePerSecond} calls a second (${burst} at once)`;
}

function cachedSince(cached: { secondsAgo: number; ttlSeconds: number } | undefined): string {
  return cached ? `; decided ${cached.secondsAgo} s ago, cached for ${cached.ttlSeconds} s` : '';
}

function describePolicyCall(
  { resource, sourceIp }: { resource: string; sourceIp: string },
  facts: Record<string, string>,
): void {
  facts['Resource'] = resource;
  facts['Source address'] = sourceIp;
}

function whyUnreachable({
  reason,
  place,
  detail,
}: Extract<ApiGatewayHop, { event: 'integration.unreachable' }>['data']): string {
  const because = detail === undefined ? '' : ` (${detail})`;
  switch (reason) {
    case 'no-load-balancer':
      return 'the load balancer of the integration does not exist';
    case 'no-listener':
      return `${place} has no such listener`;
    case 'no-target':
      return `target group ${place} has no healthy target`;
    case 'connection-failed':
      return `the connection to ${place} failed before a response${because}`;
    case 'response-incomplete':
      return `the connection to ${place} ended in the middle of the response${because}`;
  }
}

function describeAuthorizer(hop: AuthorizerHop): HopDescription {
  const { authorizer, header, scopes } = hop.data;
  const wanted = scopes.join(' or ');
  const facts = {
    Authorizer: authorizer,
    'Token from': `header ${header}`,
    Expects: scopes.length > 0 ? `an access token with the scope ${wanted}` : 'an ID token',
  };
  if (hop.event === 'authorizer.allowed') {
    const { tokenUse, subject, scope, cached } = hop.data;
    const token = `${tokenUse === 'access' ? 'an access token' : 'an ID token'} of ${subject}`;
    const by = scope === undefined ? 'the method has no scopes' : `with the scope ${scope}`;
    const since = cached ? `; decided ${cached.secondsAgo} s ago, cached for ${cached.ttlSeconds} s` : '';
    return { service: 'Authorizer', sentence: `allowed: ${token}, ${by}${since}`, facts };
  }
  return { service: 'Authorizer', sentence: `rejected: ${whyRejected(hop, wanted)}`, facts };
}

function whyRejected(hop: Exclude<AuthorizerHop, { event: 'authorizer.allowed' }>, wanted: string): string {
  if (isFixed(hop)) return SENTENCES[hop.event];
  switch (hop.event) {
    case 'authorizer.token-missing':
      return `the request has no token in its ${hop.data.header} header`;
    case 'authorizer.token-expired':
      return `the token expired ${hop.data.expiredSecondsAgo} s ago`;
    case 'authorizer.claim-invalid':
      return `the claim ${hop.data.claim} is missing or has an unexpected value`;
    case 'authorizer.token-invalid':
      return `the token is invalid: ${hop.data.detail}`;
    case 'authorizer.issuer-unknown':
      return `the token is from ${hop.data.issuer}; the authorizer trusts ${hop.data.trusted.join(' or ')} only`;
    case 'authorizer.pool-unknown':
      return `the template has no user pool ${hop.data.userPoolArns.join(' or ')}`;
    case 'authorizer.audience-mismatch': {
      const { audience, expression } = hop.data;
      const found =
        audience === undefined ? 'the token has no audience' : `the token's audience is ${audience}`;
      return `${found} (aud), and IdentityValidationExpression requires ${expression}`;
    }
    case 'authorizer.id-token':
      return `this is an ID token; the method requires an access token with the scope ${wanted}`;
    case 'authorizer.token-use-unknown':
      return `token_use is ${hop.data.tokenUse}, neither access nor id`;
    case 'authorizer.scope-missing':
      return `the scope ${wanted} is missing; the access token has ${hop.data.granted.join(', ') || 'no scopes'}`;
  }
}
