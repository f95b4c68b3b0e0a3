import { createHash } from 'node:crypto';

/** Default status of each gateway response type (row AG-GR-01). */
export const DEFAULT_STATUS = {
  ACCESS_DENIED: 403,
  API_CONFIGURATION_ERROR: 500,
  AUTHORIZER_CONFIGURATION_ERROR: 500,
  AUTHORIZER_FAILURE: 500,
  BAD_REQUEST_BODY: 400,
  BAD_REQUEST_PARAMETERS: 400,
  EXPIRED_TOKEN: 403,
  INTEGRATION_FAILURE: 504,
  INTEGRATION_TIMEOUT: 504,
  INVALID_API_KEY: 403,
  INVALID_SIGNATURE: 403,
  MISSING_AUTHENTICATION_TOKEN: 403,
  QUOTA_EXCEEDED: 429,
  REQUEST_TOO_LARGE: 413,
  RESOURCE_NOT_FOUND: 404,
  THROTTLED: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED_MEDIA_TYPE: 415,
  WAF_FILTERED: 403,
} as const;

export type ResponseType = keyof typeof DEFAULT_STATUS;

export interface GatewayError {
  /** `undefined`: the API cannot customize the response. */
  readonly type: ResponseType | undefined;
  readonly status: number;
  readonly errorType: string;
  readonly message: string | null;
  /** JSON member of the message; capitalized for resource policies (row AG-PX-08). */
  readonly member: 'message' | 'Message';
  /** An error of the integration: AWS writes a space after the colon (row AG-GR-04). */
  readonly isRuntime: boolean;
}

function frontEnd(type: ResponseType, errorType: string, message: string | null): GatewayError {
  return { type, status: DEFAULT_STATUS[type], errorType, message, member: 'message', isRuntime: false };
}

function runtime(type: ResponseType, message: string): GatewayError {
  return { ...frontEnd(type, 'InternalServerErrorException', message), isRuntime: true };
}

function fixed(status: number, errorType: string, message: string): GatewayError {
  return { type: undefined, status, errorType, message, member: 'message', isRuntime: false };
}

export const GATEWAY_ERRORS = {
  /** Rows AG-AU-01, AG-AU-02, AG-AU-04 to AG-AU-06. */
  unauthorized: frontEnd('UNAUTHORIZED', 'UnauthorizedException', 'Unauthorized'),
  /** Row AG-AU-03. */
  expiredToken: frontEnd('UNAUTHORIZED', 'UnauthorizedException', 'The incoming token has expired'),
  /** Row AG-RT-01, and AG-RT-02 when the request has an `Authorization` header. */
  noRoute: (authorization: string | undefined): GatewayError => {
    if (!authorization) {
      const errorType = 'MissingAuthenticationTokenException';
      return frontEnd('MISSING_AUTHENTICATION_TOKEN', errorType, 'Missing Authentication Token');
    }
    const hash = createHash('sha256').update(authorization).digest('base64');
    const message = `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`;
    return frontEnd('INVALID_SIGNATURE', 'IncompleteSignatureException', message);
  },
  /** Row AG-IA-01. */
  keyUnknown: frontEnd(
    'INVALID_SIGNATURE',
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ),
  /** Row AG-IA-01. */
  signature: (message: string): GatewayError =>
    frontEnd('INVALID_SIGNATURE', 'InvalidSignatureException', message),
  /** Rows AG-RT-07 and AG-RT-08. */
  forbidden: fixed(403, 'ForbiddenException', 'Forbidden'),
  /** Row AG-RT-10. */
  badRequest: fixed(400, 'BadRequestException', 'Bad Request'),
  /** Row AG-PX-08. */
  deniedByPolicy: (arn: string, explicitly: boolean, user = 'anonymous'): GatewayError => ({
    ...frontEnd(
      'ACCESS_DENIED',
      'AccessDeniedException',
      `User: ${user} is not authorized to perform: execute-api:Invoke on resource: ${arn}${explicitly ? ' with an explicit deny' : ''}`,
    ),
    member: 'Message',
  }),
  /** Row AG-LA-13. */
  deniedByAuthorizer: (explicitly: boolean): GatewayError => ({
    ...frontEnd(
      'ACCESS_DENIED',
      'AccessDeniedException',
      `User is not authorized to access this resource${explicitly ? ' with an explicit deny' : ''}`,
    ),
    member: 'Message',
  }),
  /** Row AG-LA-14. */
  authorizerFailed: frontEnd('AUTHORIZER_CONFIGURATION_ERROR', 'AuthorizerConfigurationException', null),
  missingParameters: (names: readonly string[]): GatewayError =>
    frontEnd(
      'BAD_REQUEST_PARAMETERS',
      'BadRequestException',
      `Missing required request parameters: [${names.join(', ')}]`,
    ),
  invalidApiKey: frontEnd('INVALID_API_KEY', 'ForbiddenException', 'Forbidden'),
  /** Row AG-LIM-07: the limit of the stage or method. */
  throttled: frontEnd('THROTTLED', 'TooManyRequestsException', 'Too Many Requests'),
  /** Row AG-LIM-07: the rate limit of the usage plan. */
  planThrottled: frontEnd('THROTTLED', 'LimitExceededException', 'Limit Exceeded'),
  /** Row AG-LIM-07: the quota of the usage plan. */
  quotaExceeded: frontEnd('QUOTA_EXCEEDED', 'LimitExceededException', 'Limit Exceeded'),
  /** Row AG-LIM-01. */
  requestTooLarge: frontEnd('REQUEST_TOO_LARGE', 'RequestTooLargeException', 'Request Too Long'),
  /** Row AG-LIM-02. */
  headersTooLarge: fixed(431, 'RequestHeaderFieldsTooLargeException', 'Request Header Fields Too Large'),
  /** Row AG-LIM-08. */
  uriTooLong: fixed(414, 'RequestUriTooLongException', 'Request URI too long'),
  /** Row AG-LIM-04. */
  timedOut: runtime('INTEGRATION_TIMEOUT', 'Endpoint request timed out'),
  /** Row AG-LIM-05. */
  networkError: runtime('INTEGRATION_FAILURE', 'Network error communicating with endpoint'),
  /** Rows AG-LIM-03, AG-LIM-05, AG-HD-12. */
  internal: runtime('API_CONFIGURATION_ERROR', 'Internal server error'),
  /** A function that failed, or whose response is malformed (rows AG-LA-04 and AG-LA-05). */
  functionFailed: { ...runtime('API_CONFIGURATION_ERROR', 'Internal server error'), status: 502 },
  /** Row AG-VA-01. */
  invalidBody: frontEnd('BAD_REQUEST_BODY', 'BadRequestException', 'Invalid request body'),
  /** Row AG-IN-08. */
  invalidEvent: (detail: string): GatewayError =>
    frontEnd('BAD_REQUEST_BODY', 'BadRequestException', `Could not parse request body into json: ${detail}`),
  /** No request template for the body's media type (`PassthroughBehavior` `NEVER`). */
  unsupportedMediaType: frontEnd(
    'UNSUPPORTED_MEDIA_TYPE',
    'UnsupportedMediaTypeException',
    'Unsupported Media Type',
  ),
} as const;
