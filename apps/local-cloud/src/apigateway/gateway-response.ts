import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { HeaderList } from '../http/header-list';
import type { Response } from '../http/message';

/** Ids that API Gateway gives every request. */
export interface GatewayRequestId {
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** Fresh ids for one request. */
export function newGatewayRequestId(): GatewayRequestId {
  return { requestId: randomUUID(), extendedRequestId: `${randomBytes(11).toString('base64url')}=` };
}

type ErrorType =
  | 'ForbiddenException'
  | 'IncompleteSignatureException'
  | 'InternalServerErrorException'
  | 'MissingAuthenticationTokenException'
  | 'RequestTooLargeException'
  | 'UnauthorizedException';

function gatewayResponse(status: number, errorType: ErrorType, body: string, id: GatewayRequestId): Response {
  const bytes = Buffer.from(body);
  const headers = new HeaderList([
    ['Date', new Date().toUTCString()],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(bytes.length)],
    ['x-amzn-RequestId', id.requestId],
    ['x-amzn-ErrorType', errorType],
    ['x-amz-apigw-id', id.extendedRequestId],
  ]);
  return { status, headers, body: bytes };
}

/** Answered before the integration: no space behind the colon (row AG-GR-04). */
const frontMessage = (message: string): string => JSON.stringify({ message });

/** Answered for the integration: with a space behind the colon (row AG-GR-04). */
const runtimeMessage = (message: string): string => `{"message": ${JSON.stringify(message)}}`;

/** API Gateway's own answers, byte for byte as far as they are known. */
export const GATEWAY_RESPONSES = {
  /** Rows AG-AU-01, AG-AU-02, AG-AU-04 to AG-AU-06. */
  unauthorized: (id: GatewayRequestId) =>
    gatewayResponse(401, 'UnauthorizedException', frontMessage('Unauthorized'), id),
  /** Row AG-AU-03. */
  expiredToken: (id: GatewayRequestId) =>
    gatewayResponse(401, 'UnauthorizedException', frontMessage('The incoming token has expired'), id),
  /** Row AG-RT-01, and AG-RT-02 when the request has an `Authorization` header. */
  noRoute: (id: GatewayRequestId, authorization: string | undefined) => {
    if (!authorization) {
      const body = frontMessage('Missing Authentication Token');
      return gatewayResponse(403, 'MissingAuthenticationTokenException', body, id);
    }
    const hash = createHash('sha256').update(authorization).digest('base64');
    const body = frontMessage(
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`,
    );
    return gatewayResponse(403, 'IncompleteSignatureException', body, id);
  },
  /** Rows AG-RT-07 and AG-RT-08. */
  forbidden: (id: GatewayRequestId) =>
    gatewayResponse(403, 'ForbiddenException', frontMessage('Forbidden'), id),
  /** Row AG-LIM-01. */
  requestTooLarge: (id: GatewayRequestId) =>
    gatewayResponse(413, 'RequestTooLargeException', frontMessage('Request Too Long'), id),
  /** Row AG-LIM-04. */
  timedOut: (id: GatewayRequestId) =>
    gatewayResponse(504, 'InternalServerErrorException', runtimeMessage('Endpoint request timed out'), id),
  /** Row AG-LIM-05. */
  networkError: (id: GatewayRequestId) =>
    gatewayResponse(
      504,
      'InternalServerErrorException',
      runtimeMessage('Network error communicating with endpoint'),
      id,
    ),
} as const;
