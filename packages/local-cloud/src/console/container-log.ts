import { redactDeep, redactText } from './redaction';

const KEPT = 1_000;
const MAX_LINE_LENGTH = 8_192;

interface ContainerLine {
  readonly container: string;
  readonly text: string;
}

/** A parsed log line: properties of a JSON object, or plain text. */
export interface LogLine {
  readonly container: string;
  readonly level: string | undefined;
  readonly message: string;
  /** The other properties of a JSON line, without secrets. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const PINO_LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Stores the last lines of all containers; finds them by an id that they contain. */
export class ContainerLog {
  readonly #lines: ContainerLine[] = [];

  add(container: string, text: string): void {
    this.#lines.push({ container, text: text.slice(0, MAX_LINE_LENGTH) });
    if (this.#lines.length > KEPT) this.#lines.splice(0, this.#lines.length - KEPT);
  }

  /** Returns the lines that contain one of the ids, oldest first. */
  linesWith(ids: readonly string[]): LogLine[] {
    const wanted = ids.filter((id) => id !== '');
    return this.#lines.filter(({ text }) => wanted.some((id) => text.includes(id))).map(readLine);
  }
}

/** Parses a line as pino writes it: `level`, `msg` and further fields. */
export function readLine({ container, text }: ContainerLine): LogLine {
  const object = parseObject(text);
  if (object === undefined) return { container, level: undefined, message: redactText(text), fields: {} };
  const { level, msg, message, ...fields } = object;
  return {
    container,
    level: typeof level === 'number' ? (PINO_LEVELS[level] ?? String(level)) : asText(level),
    message: redactText(asText(msg) ?? asText(message) ?? ''),
    fields: redactDeep(fields) as Record<string, unknown>,
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
