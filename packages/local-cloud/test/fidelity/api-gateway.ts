import type { LedgerRow } from './ledger-row';

/** Observable behavior of API Gateway REST APIs. */
export const API_GATEWAY_ROWS: readonly LedgerRow[] = [
  {
    id: 'AG-RT-01',
    behavior: 'An undefined route without `Authorization` is 403 Missing Authentication Token',
    source:
      'LS:test_apigateway_basic/_common apigw:supported-gateway-response-types, documented + observed, sure',
  },
  {
    id: 'AG-RT-02',
    behavior: 'An undefined route with `Authorization` is 403 Invalid key=value pair',
    source: 'observed, sure',
  },
  {
    id: 'AG-RT-03',
    behavior: 'A resource without the method is an undefined route',
    source: 'observed, sure',
  },
  {
    id: 'AG-RT-04',
    behavior: '`{proxy+}` matches at least one segment',
    source: 'documented + observed + inferred, sure',
  },
  {
    id: 'AG-RT-05',
    behavior: 'Static segments win over parameters, and those over greedy ones; with fallback',
    source: 'LS:test_apigateway_api, observed, sure',
  },
  {
    id: 'AG-RT-06',
    behavior: 'A trailing slash does not affect routing',
    source: 'observed + inferred, unsure',
    difference: 'AWS does not document whether the backend gets the slash; here it does not',
  },
  { id: 'AG-RT-07', behavior: 'A stage that does not exist is 403 Forbidden', source: 'observed, likely' },
  { id: 'AG-RT-08', behavior: 'An unknown host is 403 Forbidden', source: 'observed, likely' },
  {
    id: 'AG-RT-09',
    behavior: '`X-HTTP-Method-Override` replaces the method',
    source: 'apigw:api-gateway-known-issues, documented, likely',
  },
  {
    id: 'AG-RT-10',
    behavior: '`;` separates query parameters; unencoded `|`, `{` and `}` are 400',
    source: 'apigw:api-gateway-known-issues, documented, sure',
    difference: 'AWS does not document the body of the 400',
  },
  {
    id: 'AG-RT-11',
    behavior: 'Slashes at the start of a path count as one; a greedy parameter keeps empty segments',
    source:
      'gh:localstack/localstack test_apigateway_lambda.snapshot.json, recorded with a Lambda proxy, likely',
    difference: 'what HTTP_PROXY sends on is inferred',
  },
  {
    id: 'AG-OA-01',
    behavior:
      'The OpenAPI document of a REST API, `Body` or `BodyS3Location`, defines its resources, methods, authorizers, models, request validators and gateway responses',
    source: 'apigw:api-gateway-swagger-extensions, documented, likely',
    difference: 'intrinsic functions in a document of `BodyS3Location` are refused',
  },
  {
    id: 'AG-OA-02',
    behavior:
      'The base path of an OpenAPI document is ignored, precedes the paths (`prepend`), or does so without its first part (`split`)',
    source: 'apigw:api-gateway-import-api-basePath, documented, sure',
  },
  { id: 'AG-RT-12', behavior: 'Methods that `ANY` matches', source: 'documented, sure' },
  { id: 'AG-RT-13', behavior: 'HEAD on `ANY` is forwarded as HEAD', source: 'documented + observed, sure' },
  {
    id: 'AG-AU-01',
    behavior: 'A request without a token is 401 Unauthorized',
    source: 'repost:api-gateway-cognito-401-unauthorized, documented + observed, sure',
  },
  {
    id: 'AG-AU-02',
    behavior: 'A malformed or forged token, or one of another pool, is 401',
    source: 'observed, sure',
  },
  {
    id: 'AG-AU-03',
    behavior: 'An expired token is 401 The incoming token has expired',
    source: 'observed, sure',
    difference: 'the console can expire all tokens',
  },
  {
    id: 'AG-AU-04',
    behavior: 'A method without scopes accepts ID tokens only',
    source:
      'apigw:apigateway-enable-cognito-user-pool gh:open-constructs/cdk-serverless#374, documented + observed, sure',
  },
  {
    id: 'AG-AU-05',
    behavior: 'A method with scopes accepts access tokens with one of them',
    source:
      'apigw:apigateway-enable-cognito-user-pool gh:open-constructs/cdk-serverless#374, documented, sure',
  },
  {
    id: 'AG-AU-06',
    behavior: 'An access token without the scope is rejected',
    source: 'documented, unsure',
    difference: '401; AWS documents both 401 and 403',
  },
  {
    id: 'AG-AU-07',
    behavior: '`Authorization` has the token with or without `Bearer`',
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
    behavior: 'Results of the authorizer are cached by token',
    source: 'apigw:limits, documented + inferred, sure',
  },
  {
    id: 'AG-AU-11',
    behavior: '`Authorization` reaches the backend; claims only if they are mapped',
    source: 'documented + observed, sure',
  },
  {
    id: 'AG-AU-12',
    behavior: 'A preflight needs an OPTIONS method without authorization',
    source: 'apigw:how-to-cors, documented, sure',
  },
  {
    id: 'AG-AU-13',
    behavior: 'Authorizers do not support the issuer type `issuer-cognito-idp`',
    source: 'documented, likely',
  },
  {
    id: 'AG-AU-14',
    behavior: 'Order of processing: route, authorizer, validation, integration',
    source: 'apigw:apigateway-authorization-flow, documented + observed, likely',
    difference: 'the resource policy is evaluated after the authorizer, as documented for Cognito',
  },
  {
    id: 'AG-LA-01',
    behavior: 'A Lambda proxy integration sends the request in format 1.0; what is missing is null',
    source: 'apigw:set-up-lambda-proxy-integrations LS:test_apigateway_lambda, documented + observed, sure',
    difference: '`Host` is the name of the API, whatever local address was called',
  },
  {
    id: 'AG-LA-02',
    behavior: 'Mapped headers and query parameters are part of the event; path parameters are not decoded',
    source: 'LS:test_apigateway_lambda, observed, sure',
  },
  {
    id: 'AG-LA-03',
    behavior: 'Claims, or the context of a Lambda authorizer, are texts in `requestContext.authorizer`',
    source: 'apigw:api-gateway-lambda-authorizer-output, documented, sure',
  },
  {
    id: 'AG-LA-04',
    behavior: 'A response may have five known fields, each of them optional; any other response is 502',
    source: 'apigw:set-up-lambda-proxy-integrations LS:test_apigateway_lambda, documented + observed, sure',
    difference: 'AWS does not document whether a header value may be a number; here it may not',
  },
  {
    id: 'AG-LA-05',
    behavior: 'A failed function is 502, a call that Lambda rejects is 500, a slow function is 504',
    source: 'apigw:handle-errors-in-lambda-integration lambda:services-apigateway-errors, documented, sure',
    difference: 'AWS does not document the response type of the 502; here it is API_CONFIGURATION_ERROR',
  },
  {
    id: 'AG-LA-06',
    behavior: '`multiValueHeaders` win over `headers`; Base64 is decoded for binary media types',
    source: 'apigw:set-up-lambda-proxy-integrations apigw:lambda-proxy-binary-media, documented, sure',
  },
  {
    id: 'AG-LA-07',
    behavior: 'A function integration whose method is not POST is 500',
    source: 'LS:test_apigateway_lambda, observed, sure',
  },
  {
    id: 'AG-LA-08',
    behavior: 'Stage variables may name the function or its alias',
    source: 'apigw:aws-api-gateway-stage-variables-reference, documented, sure',
  },
  {
    id: 'AG-LA-09',
    behavior: 'With `Credentials` the role calls the function',
    source: 'apigw:api-gateway-integration-settings-integration-response, documented, sure',
    difference: 'the permissions of the role are not checked',
  },
  {
    id: 'AG-LS-01',
    behavior:
      'With `ResponseTransferMode: STREAM`, a function streams: JSON with status and headers, 8 NUL bytes within 16 KB, then the content',
    source: 'ag:response-transfer-mode-lambda, documented, likely',
    difference:
      'AWS does not document the status of a malformed response: it is 502; the timeout is for the first byte',
  },
  {
    id: 'AG-LA-10',
    behavior: 'TOKEN authorizers receive a header, REQUEST authorizers the request',
    source: 'apigw:api-gateway-lambda-authorizer-input, documented, sure',
  },
  {
    id: 'AG-LA-11',
    behavior:
      'Without an identity source, or with a token that does not match, a request is 401 and the function is not called',
    source: 'apigw:configure-api-gateway-lambda-authorization, documented, sure',
  },
  {
    id: 'AG-LA-12',
    behavior: 'The error message `Unauthorized` is 401',
    source: 'apigw:apigateway-use-lambda-authorizer, documented, sure',
  },
  {
    id: 'AG-LA-13',
    behavior: 'The policy decides, with wildcards; a denial is 403',
    source: 'apigw:apigateway-use-lambda-authorizer, documented + observed, sure',
    difference:
      'statements with `NotAction`, `NotResource` or other conditions than on address, user agent and referer are 500',
  },
  {
    id: 'AG-LA-14',
    behavior: 'A failed function, a missing permission or an invalid result is 500 with a null message',
    source: 'gh:auth0-samples/jwt-rsa-aws-custom-authorizer#6 gh:aws/chalice#670, observed, sure',
  },
  {
    id: 'AG-LA-15',
    behavior: 'Results are cached by identity for the TTL, and the policy is evaluated for each method',
    source: 'apigw:configure-api-gateway-lambda-authorization, documented, sure',
    difference: 'a new template empties the cache',
  },
  {
    id: 'AG-GR-01',
    behavior: 'Default statuses of gateway responses',
    source: 'apigw:supported-gateway-response-types, documented, sure',
  },
  {
    id: 'AG-GR-02',
    behavior: 'Default body of gateway responses; `DEFAULT_4XX` and `DEFAULT_5XX` as fallbacks',
    source: 'apigw:supported-gateway-response-types, documented, sure',
  },
  {
    id: 'AG-GR-03',
    behavior: 'Custom status, headers and templates of gateway responses',
    source: 'apigw:api-gateway-gatewayResponse-definition, documented, sure',
  },
  {
    id: 'AG-GR-04',
    behavior: 'Error bodies have no space after the colon, except for integration errors',
    source: 'observed, sure',
  },
  {
    id: 'AG-MT-01',
    behavior:
      'Mapping templates run in the Velocity Template Language; the request template of a mock chooses the status',
    source: 'apigw:models-mappings apigw:how-to-mock-integration, documented, sure',
    difference: 'a condition is false for an empty text and for 0, too; a body that is not JSON is 500',
  },
  {
    id: 'AG-MT-02',
    behavior: '`$input` has the body, values by JSONPath, and parameters: path, then query, then headers',
    source: 'apigw:api-gateway-mapping-template-reference LS:template_mapping, documented + observed, sure',
    difference:
      'JSONPaths have no functions, regular expressions, lists of names or steps of slices; a response template of a mock has no body',
  },
  {
    id: 'AG-MT-03',
    behavior: '`$util` escapes JavaScript, parses JSON, and encodes and decodes URLs and Base64',
    source: 'apigw:api-gateway-mapping-template-reference, documented, sure',
  },
  {
    id: 'AG-MT-04',
    behavior:
      '`$context.requestOverride` and `$context.responseOverride` replace parameters, headers and the status, each once',
    source:
      'apigw:apigateway-override-request-response-parameters LS:integration_response, documented + observed, sure',
    difference:
      'AWS does not document how it encodes slashes of an overridden path parameter; here they stay',
  },
  {
    id: 'AG-MT-05',
    behavior: 'Rendering is bounded: 1,000 iterations of a loop, 10 MB',
    source: 'apigw:api-gateway-execution-service-limits-table, documented, sure',
    difference: 'all loops of a template together have 1,000 iterations; on AWS, each loop has',
  },
  {
    id: 'AG-MT-06',
    behavior: 'A template with a syntax error is rejected',
    source: 'inferred, likely',
    difference: 'macros, other methods of Java, unknown variables and other JSONPaths stop the start, too',
  },
  {
    id: 'AG-MT-07',
    behavior:
      '`Accept` chooses the response template, else JSON, else the first; an empty template leaves the body unchanged',
    source: 'apigw:request-response-data-mappings, documented, sure',
    difference:
      'of several media types in `Accept`, the first counts; AWS does not document that the media type of the template is the `Content-Type` unless a header is mapped',
  },
  {
    id: 'AG-MT-08',
    behavior: 'Texts, lists and maps have methods of Java; a list prints as JSON, a map as Java prints it',
    source: 'apigw:api-gateway-mapping-template-reference LS:template_mapping, documented + observed, sure',
    difference: 'lists that a template makes itself print as JSON, too',
  },
  {
    id: 'AG-IN-01',
    behavior:
      '`PassthroughBehavior` decides about bodies of a media type without request template: unchanged, or 415',
    source: 'apigw:integration-passthrough-behaviors, documented, sure',
  },
  {
    id: 'AG-IN-02',
    behavior:
      'The response of a custom integration is chosen by a pattern for the whole status, or for the error message of a function; without a match and default, it is 500',
    source:
      'apigw:api-gateway-integration-settings-integration-response apigw:handle-errors-in-lambda-integration, documented, sure',
    difference: 'a pattern that takes more than 250 ms is 500',
  },
  {
    id: 'AG-IN-03',
    behavior: '`ContentHandling` and `BinaryMediaTypes` convert bodies between binary content and Base64',
    source: 'apigw:api-gateway-payload-encodings-workflow LS:test_apigateway_s3, documented + observed, sure',
  },
  {
    id: 'AG-IN-04',
    behavior:
      'A custom HTTP integration sends mapped parameters and the body only, and returns mapped headers only',
    source: 'apigw:request-response-data-mappings LS:integration_request, documented + observed, sure',
    difference: 'a mapped value of a body that is not JSON is missing; on AWS it may be 400',
  },
  {
    id: 'AG-IN-05',
    behavior: 'An AWS integration calls an action or a path of a service with a role',
    source: 'apigw:api-gateway-integration-settings-integration-request, documented, sure',
    difference:
      'services that do not run here need a stand-in; requests are not signed, and roles are not checked',
  },
  {
    id: 'AG-IN-06',
    behavior: 'An action of DynamoDB, with the body as its input',
    source: 'LS:test_apigateway_dynamodb, observed, sure',
  },
  {
    id: 'AG-IN-07',
    behavior: 'A path of S3, whose first segment or subdomain is the bucket',
    source: 'apigw:integrating-api-with-aws-services-s3 LS:test_apigateway_s3, documented + observed, sure',
    difference:
      'objects and buckets have `GET`, `HEAD`, `PUT` and `DELETE` without copies, tags, ACLs and parts; buckets that a deployment or `--bucket` fills are read-only; the list of all buckets and actions need a stand-in',
  },
  {
    id: 'AG-IN-08',
    behavior: 'A custom Lambda integration sends the mapped body, which must be JSON, and returns the result',
    source:
      'apigw:set-up-lambda-custom-integrations apigw:api-gateway-mapping-template-reference, documented, likely',
    difference:
      'AWS does not document the response type of the 400 for other bodies; here it is BAD_REQUEST_BODY',
  },
  {
    id: 'AG-IN-09',
    behavior:
      'With the mapped header `X-Amz-Invocation-Type` `Event`, API Gateway does not wait for the function',
    source: 'apigw:set-up-lambda-integration-async, documented, sure',
  },
  {
    id: 'AG-IA-01',
    behavior:
      '`AWS_IAM` accepts requests with a valid signature (Version 4) in `Authorization` or in the query only; others are 403',
    source: 'apigw:permissions repost:api-gateway-iam-sigv4-mismatch, documented, sure',
    difference:
      'the only credentials are those of the local cloud, for one IAM user who may do everything; messages lack the canonical request',
  },
  {
    id: 'AG-IA-02',
    behavior:
      '`$context.identity` and events of functions have the signer; the signature does not reach backends',
    source: 'apigw:api-gateway-mapping-template-reference apigw:api-gateway-known-issues, documented, likely',
  },
  {
    id: 'AG-IA-03',
    behavior: 'A signed request of the same account needs no resource policy, but a denial counts',
    source: 'apigw:apigateway-authorization-flow, documented, sure',
  },
  {
    id: 'AG-IA-04',
    behavior: 'A presigned URL is valid for `X-Amz-Expires` seconds, at most a week',
    source: 'iam:reference_sigv-authentication-methods, documented, likely',
    difference: 'the query reaches the backend with the signature; AWS does not document that',
  },
  {
    id: 'AG-VA-01',
    behavior:
      'A request validator rejects bodies that do not match the model (JSON Schema draft 4) for their media type, or for `$default`, with 400',
    source:
      'apigw:api-gateway-method-request-validation apigw:models-mappings-models LS:method_request, documented + observed, sure',
    difference: 'the texts of `$context.error.validationErrorString` are others; `format` is ignored',
  },
  {
    id: 'AG-LIM-01',
    behavior: 'A body over 10 MB is 413',
    source: 'apigw:supported-gateway-response-types, documented + observed, sure',
    difference: 'the body varies on AWS',
  },
  {
    id: 'AG-LIM-02',
    behavior: 'Headers over 10,240 bytes are rejected',
    source: 'apigw:api-gateway-execution-service-limits-table, documented + inferred, sure',
    difference: '431; AWS does not document the status',
  },
  {
    id: 'AG-LIM-03',
    behavior: 'A response over 10 MB is 500',
    source: 'apigw:response-transfer-mode, documented, sure',
    difference: 'a streamed response has no idle timeout',
  },
  {
    id: 'AG-LIM-04',
    behavior: 'An integration that exceeds its timeout is 504',
    source: 'apigw:limits, documented + observed, sure',
    difference: 'timeouts above 29 s are accepted for regional APIs, as with a raised quota',
  },
  {
    id: 'AG-LIM-05',
    behavior: 'An unreachable backend is 504',
    source: 'documented + observed, likely',
  },
  {
    id: 'AG-LIM-06',
    behavior: 'A load balancer without healthy targets responds with 503',
    source: 'inferred, likely',
  },
  {
    id: 'AG-LIM-07',
    behavior: 'Throttled requests are 429',
    source: 'apigw:api-gateway-request-throttling, documented + observed, sure',
  },
  {
    id: 'AG-LIM-08',
    behavior: "A path too long for the method's ARN is 414",
    source: 'apigw:api-gateway-execution-service-limits-table, documented, sure',
  },
  {
    id: 'AG-LIM-09',
    behavior: 'Idle connections are closed after 310 s',
    source: 'apigw:limits, documented, sure',
    difference: 'there is no connection between CloudFront and the API, which share a process',
  },
  {
    id: 'AG-LIM-10',
    behavior: 'Plain HTTP is not served',
    source: 'documented, sure',
    difference: 'with `--https` only: the connection is closed; on AWS, nothing listens for plain HTTP',
  },
  {
    id: 'AG-HD-00',
    behavior: 'Table of headers that are passed, remapped or dropped',
    source: 'apigw:api-gateway-known-issues, documented, sure',
  },
  {
    id: 'AG-HD-01',
    behavior: 'Request headers that are passed to the backend',
    source: 'LS:test_apigateway_integrations.snapshot, observed, sure',
  },
  {
    id: 'AG-HD-02',
    behavior: 'Request headers that are added',
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
    behavior: 'Values of `X-Forwarded-*`',
    source: 'LS:test_apigateway_http.snapshot, documented + observed + inferred, likely',
    difference: 'all addresses are local',
  },
  {
    id: 'AG-HD-06',
    behavior: 'Response headers that are remapped',
    source: 'LS:test_apigateway_http.snapshot, documented + observed, sure',
  },
  { id: 'AG-HD-07', behavior: 'Responses have no trace id', source: 'observed, sure' },
  {
    id: 'AG-HD-08',
    behavior: 'An edge-optimized endpoint is served through CloudFront',
    source: 'documented, sure',
    difference: 'only its shorter timeout is emulated',
  },
  {
    id: 'AG-HD-09',
    behavior: '`Content-Encoding` is passed, `Via` is dropped',
    source: 'documented, likely',
  },
  {
    id: 'AG-HD-10',
    behavior: 'Several `Set-Cookie` headers are passed',
    source: 'apigw:api-gateway-set-up-simple-proxy, documented, sure',
  },
  { id: 'AG-HD-11', behavior: 'Header names in mappings are case-sensitive', source: 'documented, likely' },
  {
    id: 'AG-HD-12',
    behavior: 'Mapping `Content-Length` or `Transfer-Encoding` is 500',
    source: 'observed, likely',
  },
  {
    id: 'AG-PX-01',
    behavior: "Path parameters are replaced in the integration's URI",
    source: 'documented, sure',
  },
  {
    id: 'AG-PX-02',
    behavior: 'Path parameters are decoded and re-encoded',
    source: 'documented + inferred, unsure',
    difference: '`%2F` in a greedy parameter becomes `/`; AWS does not document this',
  },
  { id: 'AG-PX-03', behavior: 'The query is appended to the integration URI', source: 'documented, sure' },
  {
    id: 'AG-PX-04',
    behavior: 'Binary bodies need `BinaryMediaTypes`',
    source: 'apigw:api-gateway-payload-encodings, documented, sure',
  },
  { id: 'AG-PX-05', behavior: '`MinimumCompressionSize` compresses responses', source: 'documented, sure' },
  { id: 'AG-PX-06', behavior: 'Stage variables are replaced in integrations', source: 'documented, sure' },
  {
    id: 'AG-PX-07',
    behavior: 'Ports that a public integration may use',
    source: 'apigw:setup-http-integrations, documented, sure',
  },
  {
    id: 'AG-PX-08',
    behavior: 'A resource policy can deny requests',
    source: 'observed, likely',
    difference: 'all callers have local addresses',
  },
  {
    id: 'AG-PX-09',
    behavior: 'An API can be restricted to CloudFront',
    source: 'inferred, likely',
    difference:
      'tested with an API key, and with a resource policy on a secret Referer, that CloudFront adds',
  },
  {
    id: 'AG-CA-01',
    behavior: 'A stage with a cache cluster answers repeated requests from it',
    source: 'apigateway:api-gateway-caching, documented, sure',
    difference:
      'refused, unless `--without` leaves the cache out: then every request reaches the integration',
  },
  {
    id: 'AG-PX-10',
    behavior: 'Variables of the access log',
    source: 'apigw:api-gateway-variables-for-access-logging, documented, sure',
  },
  {
    id: 'AG-PX-11',
    behavior: 'A stage serves a deployment of its API',
    source: 'documented + inferred, sure',
  },
];
