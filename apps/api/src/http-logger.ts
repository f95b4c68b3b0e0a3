import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HEALTH_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import type { Request, RequestHandler, Response } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { isHttpError } from 'http-errors';

/** Properties that never reach the log, even if code passes them to the logger by mistake. */
const REDACTED = ['authorization', 'cookie', 'headers', 'token', 'access_token', 'password', 'body'];

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
    // On Lambda, the response is not marked as ended yet when its last event comes.
    customSuccessMessage: (_req, res) => (res.headersSent ? 'request completed' : 'request aborted'),
    customSuccessObject: (req, res, line: object) => ({ ...line, ...outcomeOf(req, res) }),
    customErrorObject: (req, res, _error, line: object) => ({ ...line, ...outcomeOf(req, res) }),
  });
}

/** Returns the route and the user of a request, and the code of its error. */
function outcomeOf({ route, user }: Partial<Request>, { locals }: Response) {
  const error: unknown = locals['error'];
  const { code, reason } = (isHttpError(error) ? error : {}) as { code?: string; reason?: string };
  return { route: (route as { path: string } | undefined)?.path, sub: user?.sub, code, reason };
}

/** Returns the root of the X-Ray trace, which API Gateway sends (AG-HD-02), else a new UUID. */
function requestIdOf(headers: IncomingHttpHeaders): string {
  const trace = String(headers['x-amzn-trace-id']);
  return /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/.exec(trace)?.[1] ?? randomUUID();
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
