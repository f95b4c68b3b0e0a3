import type { LedgerRow } from './ledger-row';

/** Observable behaviour of API Gateway REST APIs. */
export const API_GATEWAY_ROWS: readonly LedgerRow[] = [
  {
    id: 'AG-RT-01',
    behavior: 'No route, no `Authorization`: 403 Missing Authentication Token',
    source:
      'LS:test_apigateway_basic/_common apigw:supported-gateway-response-types, documented + observed, sure',
  },
  {
    id: 'AG-RT-02',
    behavior: 'No route with `Authorization`: 403 Invalid key=value pair',
    source: 'observed, sure',
  },
  { id: 'AG-RT-03', behavior: 'A resource without the method is no route', source: 'observed, sure' },
  {
    id: 'AG-RT-04',
    behavior: '`{proxy+}` needs at least one segment',
    source: 'documented + observed + inferred, sure',
  },
  {
    id: 'AG-RT-05',
    behavior: 'Static before parameter before greedy, falling back',
    source: 'LS:test_apigateway_api, observed, sure',
  },
  {
    id: 'AG-RT-06',
    behavior: 'A trailing slash is routed as if it were not there',
    source: 'observed + inferred, unsure',
    difference: 'whether the slash reaches the backend is unknown on AWS; here it does not',
  },
  { id: 'AG-RT-07', behavior: 'A stage that does not exist is 403 Forbidden', source: 'observed, likely' },
  { id: 'AG-RT-08', behavior: 'A host that is no API is 403 Forbidden', source: 'observed, likely' },
  {
    id: 'AG-RT-09',
    behavior: '`X-HTTP-Method-Override` replaces the method',
    source: 'apigw:api-gateway-known-issues, documented, likely',
  },
  {
    id: 'AG-RT-10',
    behavior: '`;` splits the query; unencoded `|`, `{`, `}` are 400',
    source: 'apigw:api-gateway-known-issues, documented, sure',
    difference: 'the body of the 400 is not known',
  },
  { id: 'AG-RT-11', behavior: 'Empty segments match nothing', source: 'inferred, unsure' },
  { id: 'AG-RT-12', behavior: 'The methods of ANY', source: 'documented, sure' },
  { id: 'AG-RT-13', behavior: 'HEAD on ANY is forwarded as HEAD', source: 'documented + observed, sure' },
  {
    id: 'AG-AU-01',
    behavior: 'No token: 401 Unauthorized',
    source: 'repost:api-gateway-cognito-401-unauthorized, documented + observed, sure',
  },
  {
    id: 'AG-AU-02',
    behavior: "A token that is malformed, forged or another pool's: 401",
    source: 'observed, sure',
  },
  {
    id: 'AG-AU-03',
    behavior: 'An expired token: 401 The incoming token has expired',
    source: 'observed, sure',
    difference: 'the console can make every token expire at once',
  },
  {
    id: 'AG-AU-04',
    behavior: 'Without scopes the method takes ID tokens only',
    source:
      'apigw:apigateway-enable-cognito-user-pool gh:open-constructs/cdk-serverless#374, documented + observed, sure',
  },
  {
    id: 'AG-AU-05',
    behavior: 'With scopes it takes access tokens that have one of them',
    source:
      'apigw:apigateway-enable-cognito-user-pool gh:open-constructs/cdk-serverless#374, documented, sure',
  },
  {
    id: 'AG-AU-06',
    behavior: 'An access token without the scope is refused',
    source: 'documented, unsure',
    difference: 'unknown on AWS (401 or 403); here 401',
  },
  {
    id: 'AG-AU-07',
    behavior: 'The token may stand after `Bearer` or alone',
    source: 'gh:awslabs/nx-plugin-for-aws#828, documented + observed, sure',
  },
  {
    id: 'AG-AU-08',
    behavior: '`IdentityValidationExpression` is matched against `aud`',
    source: 'documented, likely',
  },
  { id: 'AG-AU-09', behavior: 'Any client of the pool is accepted', source: 'documented + inferred, sure' },
  {
    id: 'AG-AU-10',
    behavior: 'Verdicts are cached by token',
    source: 'apigw:limits, documented + inferred, sure',
  },
  {
    id: 'AG-AU-11',
    behavior: '`Authorization` is passed on; claims only where mapped',
    source: 'documented + observed, sure',
  },
  {
    id: 'AG-AU-12',
    behavior: 'A preflight needs a method of its own',
    source: 'apigw:how-to-cors, documented, sure',
  },
  {
    id: 'AG-AU-13',
    behavior: 'The issuer type that authorizers cannot take',
    source: 'documented, likely',
  },
  {
    id: 'AG-AU-14',
    behavior: 'Route, authorizer, validation, integration: in this order',
    source: 'apigw:apigateway-authorization-flow, documented + observed, likely',
    difference: 'a resource policy is looked at after the authorizer, as documented for Cognito',
  },
  {
    id: 'AG-GR-01',
    behavior: 'Default statuses of gateway responses',
    source: 'apigw:supported-gateway-response-types, documented, sure',
  },
  {
    id: 'AG-GR-02',
    behavior: 'Their default body, and DEFAULT_4XX / DEFAULT_5XX as fall-backs',
    source: 'apigw:supported-gateway-response-types, documented, sure',
  },
  {
    id: 'AG-GR-03',
    behavior: 'Customised status, headers and templates',
    source: 'apigw:api-gateway-gatewayResponse-definition, documented, sure',
  },
  {
    id: 'AG-GR-04',
    behavior: 'Front-end errors have no space after the colon, integration errors have one',
    source: 'observed, sure',
  },
  {
    id: 'AG-LIM-01',
    behavior: 'A body over 10 MB is 413',
    source: 'apigw:supported-gateway-response-types, documented + observed, sure',
    difference: 'the text of the body varies on AWS',
  },
  {
    id: 'AG-LIM-02',
    behavior: 'Headers over 10,240 bytes are refused',
    source: 'apigw:api-gateway-execution-service-limits-table, documented + inferred, sure',
    difference: 'the status is unknown on AWS; here 431',
  },
  {
    id: 'AG-LIM-03',
    behavior: 'A response over 10 MB is 500',
    source: 'apigw:response-transfer-mode, documented, sure',
    difference: 'a streamed answer has no idle timeout here',
  },
  {
    id: 'AG-LIM-04',
    behavior: 'An integration that takes too long is 504',
    source: 'apigw:limits, documented + observed, sure',
    difference: 'above 29 s a timeout is taken as if the quota had been raised, for regional APIs only',
  },
  {
    id: 'AG-LIM-05',
    behavior: 'A backend that cannot be reached is 504',
    source: 'documented + observed, likely',
  },
  {
    id: 'AG-LIM-06',
    behavior: 'A load balancer without healthy targets answers 503 itself',
    source: 'inferred, likely',
  },
  {
    id: 'AG-LIM-07',
    behavior: 'Throttled calls are 429',
    source: 'apigw:api-gateway-request-throttling, documented + observed, sure',
  },
  {
    id: 'AG-LIM-08',
    behavior: "A path too long for the method's ARN is 414",
    source: 'apigw:api-gateway-execution-service-limits-table, documented, sure',
  },
  {
    id: 'AG-LIM-09',
    behavior: 'Idle connections end after 310 s',
    source: 'apigw:limits, documented, sure',
    difference: 'CloudFront and the API are one process: there is no connection between them',
  },
  {
    id: 'AG-LIM-10',
    behavior: 'No plain HTTP',
    source: 'documented, sure',
    difference: 'seen with `--https`: 403, where on AWS nothing listens',
  },
  {
    id: 'AG-HD-00',
    behavior: 'The documented table of headers that pass, are remapped or dropped',
    source: 'apigw:api-gateway-known-issues, documented, sure',
  },
  {
    id: 'AG-HD-01',
    behavior: 'Request headers that reach the backend',
    source: 'LS:test_apigateway_integrations.snapshot, observed, sure',
  },
  {
    id: 'AG-HD-02',
    behavior: 'Headers that are added',
    source: 'LS:test_apigateway_integrations.snapshot, observed, sure',
  },
  {
    id: 'AG-HD-03',
    behavior: 'Request headers that are dropped',
    source:
      'LS:test_apigateway_integrations.snapshot apigw:api-gateway-known-issues, documented + observed, sure',
  },
  {
    id: 'AG-HD-04',
    behavior: 'Defaults for `Accept`, `User-Agent` and `Content-Type`',
    source: 'documented + observed, sure',
  },
  {
    id: 'AG-HD-05',
    behavior: 'The chain of `X-Forwarded-*`',
    source: 'LS:test_apigateway_http.snapshot, documented + observed + inferred, likely',
    difference: 'every address in the chain is one of this machine',
  },
  {
    id: 'AG-HD-06',
    behavior: 'Response headers that are remapped',
    source: 'LS:test_apigateway_http.snapshot, documented + observed, sure',
  },
  { id: 'AG-HD-07', behavior: 'No trace id in responses', source: 'observed, sure' },
  {
    id: 'AG-HD-08',
    behavior: 'An edge-optimised endpoint has a CloudFront of its own',
    source: 'documented, sure',
    difference: 'it is called directly here: only its shorter timeout is seen',
  },
  { id: 'AG-HD-09', behavior: '`Content-Encoding` passes, `Via` is dropped', source: 'documented, likely' },
  {
    id: 'AG-HD-10',
    behavior: 'Several `Set-Cookie` headers pass',
    source: 'apigw:api-gateway-set-up-simple-proxy, documented, sure',
  },
  { id: 'AG-HD-11', behavior: 'Names in mappings are case-sensitive', source: 'documented, likely' },
  {
    id: 'AG-HD-12',
    behavior: 'Mapping `Content-Length` or `Transfer-Encoding` is 500',
    source: 'observed, likely',
  },
  { id: 'AG-PX-01', behavior: "Path parameters in the integration's URI", source: 'documented, sure' },
  {
    id: 'AG-PX-02',
    behavior: 'Path parameters are decoded and encoded again',
    source: 'documented + inferred, unsure',
    difference: 'unknown on AWS; here `%2F` in a greedy parameter becomes `/`',
  },
  { id: 'AG-PX-03', behavior: 'The query is appended', source: 'documented, sure' },
  {
    id: 'AG-PX-04',
    behavior: 'Binary bodies need `BinaryMediaTypes`',
    source: 'apigw:api-gateway-payload-encodings, documented, sure',
  },
  { id: 'AG-PX-05', behavior: '`MinimumCompressionSize`', source: 'documented, sure' },
  { id: 'AG-PX-06', behavior: 'Stage variables', source: 'documented, sure' },
  {
    id: 'AG-PX-07',
    behavior: 'Ports that a public integration may use',
    source: 'apigw:setup-http-integrations, documented, sure',
  },
  {
    id: 'AG-PX-08',
    behavior: 'A resource policy that denies',
    source: 'observed, likely',
    difference: 'callers have addresses of this machine',
  },
  {
    id: 'AG-PX-09',
    behavior: 'How an API can be reached through CloudFront only',
    source: 'inferred, likely',
    difference: 'shown with an API key that CloudFront adds',
  },
  {
    id: 'AG-PX-10',
    behavior: 'Variables of the access log',
    source: 'apigw:api-gateway-variables-for-access-logging, documented, sure',
  },
  { id: 'AG-PX-11', behavior: 'A stage serves what was deployed', source: 'documented + inferred, sure' },
];
