import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Config } from './config';

/**
 * A logger that writes one JSON object a line, with the level by name and the time in ISO 8601.
 *
 * @param destination where lines go, default standard output; written to synchronously, so that a process that ends loses none
 */
export function createLogger(level: Config['logLevel'], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
