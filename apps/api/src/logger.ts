import { destination as fileDestination, pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Config } from './config';

/** What is replaced wherever it stands in a line, should a caller of the logger ever hand it over. */
const SECRETS = ['authorization', 'cookie', 'token', 'access_token', 'id_token', 'refresh_token', 'password'];

const REDACTED = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** A logger that writes one JSON object a line, with the level by name and the time in ISO 8601; secrets are left out. */
export function createLogger(level: Config['logLevel'], destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '[redacted]' },
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
