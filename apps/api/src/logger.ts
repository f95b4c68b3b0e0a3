import { destination as fileDestination, pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Config } from './config';

const REDACTED = (): string => '[redacted]';

/** Deeper causes of causes are left out. */
const MAX_CAUSES = 3;

/** Of an error what says what went wrong: other properties, such as a request or its claims, may hold secrets. */
function describeError(error: unknown, causes = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined || causes === MAX_CAUSES ? {} : { cause: describeError(cause, causes + 1) }),
  };
}

/** What never gets into the log, should a caller of the logger ever hand it over. */
const SERIALIZERS = {
  err: describeError,
  ...Object.fromEntries(
    [
      ...['authorization', 'cookie', 'token', 'access_token', 'id_token', 'refresh_token', 'password'],
      ...['headers', 'rawHeaders', 'request', 'req', 'response', 'res', 'body', 'query', 'env'],
    ].map((name) => [name, REDACTED]),
  ),
};

/** A logger that writes one JSON object a line, with the level by name and the time in ISO 8601; secrets are left out. */
export function createLogger(level: Config['logLevel'], destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: SERIALIZERS,
    },
    destination,
  );
}

/**
 * Standard output. All lines of one turn of the event loop are one write, which is done before the next: a process that
 * ends by itself loses none.
 */
export function standardOutput(): DestinationStream {
  const output = fileDestination({ dest: 1, sync: true, minLength: 8_192 });
  let flushing = false;
  const flush = (): void => {
    flushing = false;
    output.flushSync();
  };
  process.once('exit', flush);
  return {
    write(line) {
      output.write(line);
      if (flushing) return;
      flushing = true;
      setImmediate(flush);
    },
  };
}
