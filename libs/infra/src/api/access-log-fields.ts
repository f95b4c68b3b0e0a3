/**
 * What the API's access log says of a request: field → `$context` variable of API Gateway (AG-PX-10).
 *
 * Who asked is `sub`, an id that only the user pool can turn into a person. No token and no query is logged.
 */
export const ACCESS_LOG_FIELDS = {
  requestTime: '$context.requestTime',
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  traceId: '$context.xrayTraceId',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  sub: '$context.authorizer.claims.sub',
  clientId: '$context.authorizer.claims.client_id',
  domainName: '$context.domainName',
  stage: '$context.stage',
  protocol: '$context.protocol',
  httpMethod: '$context.httpMethod',
  path: '$context.path',
  resourcePath: '$context.resourcePath',
  status: '$context.status',
  authorizerStatus: '$context.authorizer.status',
  authorizerError: '$context.authorizer.error',
  integrationStatus: '$context.integration.status',
  integrationLatencyMs: '$context.integrationLatency',
  responseLatencyMs: '$context.responseLatency',
  responseLength: '$context.responseLength',
  errorType: '$context.error.responseType',
  errorMessage: '$context.error.message',
} as const;
