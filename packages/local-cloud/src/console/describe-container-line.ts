import { readLine } from './container-log';

/** Levels of the containers' lines that are shown by default. */
const SHOWN: Readonly<Record<string, 'warn' | 'error'>> = { warn: 'warn', error: 'error', fatal: 'error' };

/** Properties of JSON lines that the line of the request or of the stack has. */
const ELSEWHERE = new Set(['time', 'timestamp', 'pid', 'hostname', 'req', 'res', 'responseTime', 'stack']);

/**
 * Returns the readable lines for a line that a container printed, without secrets, and their level. Text without a level, such as
 * that of `console.log`, is information. Of lines with a level, only warnings and errors are shown: each request has a line of its own.
 */
export function describeContainerLine(
  container: string,
  text: string,
): { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly lines: readonly string[] } {
  const { level, message, fields } = readLine({ container, text });
  const { err, ...others } = fields;
  const own = Object.entries(others).filter(([name]) => !ELSEWHERE.has(name));
  const first = own.length > 0 ? `${message} ${JSON.stringify(Object.fromEntries(own))}`.trim() : message;
  return {
    level: level === undefined ? 'info' : (SHOWN[level.toLowerCase()] ?? 'debug'),
    lines: [first, ...stacksOf(err ?? fields)].join('\n').split('\n'),
  };
}

/** Returns the stack of a logged error, and those of its causes. */
function stacksOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { stack, cause } = error as { stack?: unknown; cause?: unknown };
  return [...(typeof stack === 'string' ? [stack] : []), ...stacksOf(cause)];
}
