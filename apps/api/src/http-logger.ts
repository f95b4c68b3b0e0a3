import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HEALTH_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import type { Request, RequestHandler, Response } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { ApiError, InvalidTokenError } from './errors';

/** Properties that never reach the log, even if code passes them to the logger by mistake. */
const REDACTED = [
  'authorization',
  'cookie',
  'headers',
  'token',
  'access_token',
  'refresh_token',
  'password',
  'body',
];

/**
 * Creates a logger that writes one JSON object per line.
 *
 * @param stream @default standard output
 */
export function createLogger(level: string, stream: DestinationStream = pino.destination(1)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: REDACTED,
      serializers: { err: serializeError },
    },
    stream,
  );
}

/**
 * Logs each request, and sets its id in the response. Of the URL it logs only the path, because headers and query strings
 * can contain secrets. Health checks are logged only if they fail.
 */
export function logRequests(logger: Logger): RequestHandler {
  return pinoHttp<Request, Response>({
    logger,
    wrapSerializers: false,
    genReqId(req, res) {
      const id = requestIdOf(req.headers);
      res.set('X-Request-Id', id);
      return id;
    },
    customLogLevel(req, res) {
      if (res.statusCode >= 500) return 'error';
      return req.path === HEALTH_PATH || req.path === READY_PATH ? 'silent' : 'info';
    },
    serializers: {
      req: ({ id, method, path }: Request) => ({ id, method, path }),
      res: ({ statusCode }: Response) => ({ statusCode }),
      err: serializeError,
    },
    customProps({ route, user }: Partial<Request>, { locals }) {
      const error: unknown = locals?.['error'];
      return {
        route: (route as { path: string } | undefined)?.path,
        sub: user?.sub,
        code: error instanceof ApiError ? error.code : undefined,
        reason: error instanceof InvalidTokenError ? error.reason : undefined,
      };
    },
  });
}

/** Returns API Gateway's request id, else the root of the X-Ray trace, else a new UUID. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const id = /^[\w-]{8,64}$/.exec(String(headers['x-amzn-requestid']))?.[0];
  const trace = /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/.exec(
    String(headers['x-amzn-trace-id']),
  )?.[1];
  return headers['x-amzn-requestid'] && id ? id : (trace ?? randomUUID());
}

/** Returns only the standard properties of an error and its cause: others, such as a request, can contain secrets. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: name,
    message,
    code,
    stack,
    ...(cause === undefined ? {} : { cause: serializeError(cause) }),
  };
}
