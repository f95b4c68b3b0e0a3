import { destination, pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Config } from './config';

/** Deeper causes are not logged. */
const MAX_CAUSES = 3;

/** Properties that never reach the log, even if code passes them to the logger by mistake. */
const REDACTED = [
  ...['authorization', 'cookie', 'token', 'access_token', 'id_token', 'refresh_token', 'password'],
  ...['headers', 'rawHeaders', 'request', 'req', 'response', 'res', 'body', 'query', 'env'],
];

/** Returns only the standard properties of an error: others, such as a request or claims, may contain secrets. */
function serializeError(error: unknown, causes = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined || causes === MAX_CAUSES ? {} : { cause: serializeError(cause, causes + 1) }),
  };
}

/** Creates a logger that writes one JSON object per line, with the level's name and the time in ISO 8601. */
export function createLogger(level: Config['logLevel'], stream: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: {
        err: serializeError,
        ...Object.fromEntries(REDACTED.map((name) => [name, () => '[redacted]'])),
      },
    },
    stream,
  );
}

/**
 * Returns a stream to standard output. It writes all lines of one turn of the event loop at once, and the rest when the
 * process exits, so that no line is lost.
 */
export function standardOutput(): DestinationStream {
  const output = destination({ dest: 1, sync: true, minLength: 8_192 });
  let isScheduled = false;
  const flush = (): void => {
    isScheduled = false;
    output.flushSync();
  };
  process.once('exit', flush);
  return {
    write(line) {
      output.write(line);
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(flush);
    },
  };
}
