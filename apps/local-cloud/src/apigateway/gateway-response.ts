import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { InvalidPropertyError, UnsupportedPropertyError } from '../errors';
import { HeaderList } from '../http/header-list';
import type { Response } from '../http/message';
import { cfnInteger } from '../template/properties';
import type { Resource, Stack } from '../template/stack';

/** Ids that API Gateway gives every request. */
export interface GatewayRequestId {
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** Fresh ids for one request. */
export function newGatewayRequestId(): GatewayRequestId {
  return { requestId: randomUUID(), extendedRequestId: `${randomBytes(11).toString('base64url')}=` };
}

/** The kinds of gateway responses that are given here, with AWS's default status (row AG-GR-01). */
const DEFAULT_STATUS = {
  INTEGRATION_FAILURE: 504,
  INTEGRATION_TIMEOUT: 504,
  INVALID_SIGNATURE: 403,
  MISSING_AUTHENTICATION_TOKEN: 403,
  REQUEST_TOO_LARGE: 413,
  UNAUTHORIZED: 401,
} as const;

type ResponseType = keyof typeof DEFAULT_STATUS;

/** How an API changes one kind of gateway response (rows AG-GR-02 and AG-GR-03). */
export interface GatewayResponseSettings {
  readonly status: number | undefined;
  /** Header values: literal, or a `$context` variable. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Body template by media type; empty: AWS's own body. */
  readonly templates: readonly (readonly [mediaType: string, template: string])[];
}

/** The settings of an API by response type, `DEFAULT_4XX` and `DEFAULT_5XX` among them. */
export type GatewayResponses = ReadonlyMap<string, GatewayResponseSettings>;

const VARIABLE = /\$(?:\{context\.([\w.]+)\}|context\.([\w.]*\w))/g;

const VARIABLES = [
  'error.message',
  'error.messageString',
  'error.responseType',
  'extendedRequestId',
  'requestId',
] as const;

const GatewayResponseProperties = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: cfnInteger.optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

/**
 * Reads the gateway responses of the stack's APIs, by API id.
 *
 * @throws UnsupportedPropertyError for a variable that has no value here
 * @throws InvalidPropertyError for a parameter that is no response header
 */
export function readGatewayResponses(stack: Stack): ReadonlyMap<string, GatewayResponses> {
  const byApi = new Map<string, Map<string, GatewayResponseSettings>>();
  for (const resource of stack.ofType('AWS::ApiGateway::GatewayResponse')) {
    const properties = resource.read(GatewayResponseProperties);
    const templates = Object.entries(properties.ResponseTemplates);
    for (const [mediaType, template] of templates)
      checkVariables(resource, `ResponseTemplates.${mediaType}`, template);
    const settings = {
      status: properties.StatusCode,
      headers: Object.entries(properties.ResponseParameters).map(([target, source]) =>
        header(resource, target, source),
      ),
      templates,
    };
    const own = byApi.get(properties.RestApiId) ?? new Map<string, GatewayResponseSettings>();
    byApi.set(properties.RestApiId, own.set(properties.ResponseType, settings));
  }
  return byApi;
}

function header(resource: Resource, target: string, source: string): readonly [string, string] {
  const property = `ResponseParameters.${target}`;
  const [, name] = /^gatewayresponse\.header\.([\w-]+)$/.exec(target) ?? [];
  const [, literal] = /^'([^']*)'$/.exec(source) ?? [];
  if (name === undefined) {
    throw new InvalidPropertyError(resource.logicalId, resource.type, [
      { property, detail: 'must be gatewayresponse.header.<name>.' },
    ]);
  }
  if (literal !== undefined) return [name, literal];
  checkVariables(resource, property, `$${source}`);
  if (!source.startsWith('context.')) {
    throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
      { property, detail: `${source} is neither a literal in single quotes nor a context variable.` },
    ]);
  }
  return [name, `$${source}`];
}

function checkVariables(resource: Resource, property: string, text: string): void {
  for (const [variable, braced, plain] of text.matchAll(VARIABLE)) {
    if ((VARIABLES as readonly string[]).includes(braced ?? plain ?? '')) continue;
    throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
      {
        property,
        detail: `${variable} has no value here; known are $context.${VARIABLES.join(', $context.')}.`,
      },
    ]);
  }
}

interface GatewayError {
  /** `undefined`: cannot be customised. */
  readonly type: ResponseType | undefined;
  readonly status: number;
  readonly errorType: string;
  readonly message: string;
  /** Said on behalf of the integration: AWS writes a space behind the colon then (row AG-GR-04). */
  readonly isRuntime: boolean;
}

function gatewayError(
  type: ResponseType,
  errorType: string,
  message: string,
  isRuntime = false,
): GatewayError {
  return { type, status: DEFAULT_STATUS[type], errorType, message, isRuntime };
}

/** What API Gateway refuses or cannot do, in its own words. */
export const GATEWAY_ERRORS = {
  /** Rows AG-AU-01, AG-AU-02, AG-AU-04 to AG-AU-06. */
  unauthorized: gatewayError('UNAUTHORIZED', 'UnauthorizedException', 'Unauthorized'),
  /** Row AG-AU-03. */
  expiredToken: gatewayError('UNAUTHORIZED', 'UnauthorizedException', 'The incoming token has expired'),
  /** Row AG-RT-01, and AG-RT-02 when the request has an `Authorization` header. */
  noRoute: (authorization: string | undefined): GatewayError => {
    if (!authorization) {
      const errorType = 'MissingAuthenticationTokenException';
      return gatewayError('MISSING_AUTHENTICATION_TOKEN', errorType, 'Missing Authentication Token');
    }
    const hash = createHash('sha256').update(authorization).digest('base64');
    const message = `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`;
    return gatewayError('INVALID_SIGNATURE', 'IncompleteSignatureException', message);
  },
  /** Rows AG-RT-07 and AG-RT-08. */
  forbidden: {
    type: undefined,
    status: 403,
    errorType: 'ForbiddenException',
    message: 'Forbidden',
    isRuntime: false,
  },
  /** Row AG-LIM-01. */
  requestTooLarge: gatewayError('REQUEST_TOO_LARGE', 'RequestTooLargeException', 'Request Too Long'),
  /** Row AG-LIM-04. */
  timedOut: gatewayError(
    'INTEGRATION_TIMEOUT',
    'InternalServerErrorException',
    'Endpoint request timed out',
    true,
  ),
  /** Row AG-LIM-05. */
  networkError: gatewayError(
    'INTEGRATION_FAILURE',
    'InternalServerErrorException',
    'Network error communicating with endpoint',
    true,
  ),
} as const;

/** The answer to an error: the API's own settings for it, else those of its class, else AWS's defaults. */
export function gatewayResponse(
  error: GatewayError,
  responses: GatewayResponses,
  id: GatewayRequestId,
): Response {
  const own = error.type && responses.get(error.type);
  const ofClass = error.type && responses.get(error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const settings = own ?? ofClass;
  const messageString = JSON.stringify(error.message);
  const values: Record<(typeof VARIABLES)[number], string> = {
    'error.message': error.message,
    'error.messageString': messageString,
    'error.responseType': error.type ?? '',
    extendedRequestId: id.extendedRequestId,
    requestId: id.requestId,
  };
  const render = (text: string): string =>
    text.replace(
      VARIABLE,
      (_, braced?: string, plain?: string) => values[(braced ?? plain) as keyof typeof values],
    );
  const [mediaType, template] =
    settings?.templates.find(([type]) => type === 'application/json') ?? settings?.templates[0] ?? [];
  const body = Buffer.from(
    template === undefined ? `{"message":${error.isRuntime ? ' ' : ''}${messageString}}` : render(template),
  );
  const headers = new HeaderList([
    ['Date', new Date().toUTCString()],
    ['Content-Type', mediaType ?? 'application/json'],
    ['Content-Length', String(body.length)],
    ['x-amzn-RequestId', id.requestId],
    ['x-amzn-ErrorType', error.errorType],
    ['x-amz-apigw-id', id.extendedRequestId],
  ]);
  for (const [name, value] of settings?.headers ?? []) headers.set(name, render(value));
  return { status: settings?.status ?? error.status, headers, body };
}
