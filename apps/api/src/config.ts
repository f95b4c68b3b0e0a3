import * as z from 'zod';
import { ConfigError } from './errors';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const PORT_ALLOWED = 'a whole number from 0 to 65535 (0: any free port)';

const MAX_GREETING_ID_BLOCK = 100_000;

const GREETING_ID_BLOCK_ALLOWED = `a whole number from 1 to ${MAX_GREETING_ID_BLOCK}`;

const Config = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_ALLOWED)
    .transform(Number)
    .refine((port) => port <= 65_535, PORT_ALLOWED)
    .default(8080),
  HOST: z.string().trim().min(1, 'an address to listen on, such as 0.0.0.0 or 127.0.0.1').default('0.0.0.0'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
  PATH_PREFIX: z
    .string()
    .regex(/^(\/[\w-]+)?$/, 'the prefix of a stage, such as /dev, or nothing')
    .default(''),
  GREETING_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/, 'the name of a DynamoDB table: 3 to 255 letters, digits, "_", "-" and "."')
    .optional(),
  GREETING_ID_BLOCK: z
    .string()
    .regex(/^\d{1,6}$/, GREETING_ID_BLOCK_ALLOWED)
    .transform(Number)
    .refine((size) => size >= 1 && size <= MAX_GREETING_ID_BLOCK, GREETING_ID_BLOCK_ALLOWED)
    .default(100),
});

/** How the API runs. */
export interface Config {
  /** TCP port to listen on; 0 takes any free one. `PORT`, default 8080. */
  readonly port: number;
  /** Address to listen on. `HOST`, default `0.0.0.0`. */
  readonly host: string;
  /** The least severe level that is logged. `LOG_LEVEL`, default `info`. */
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Taken off paths that begin with it; empty when there is none. `PATH_PREFIX`. */
  readonly pathPrefix: string;
  /** The DynamoDB table that gives greetings their ids; without one they live in memory. `GREETING_TABLE`. */
  readonly greetingTable: string | undefined;
  /** How many ids are reserved in the table at once. `GREETING_ID_BLOCK`, default 100. */
  readonly greetingIdBlock: number;
}

/**
 * Reads the configuration from an environment.
 *
 * @throws {ConfigError} naming every faulty variable, its value and what is allowed
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const result = Config.safeParse(environment);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => {
      const variable = String(issue.path[0]);
      return `${variable} is ${JSON.stringify(environment[variable])}: give ${issue.message}`;
    });
    throw new ConfigError(faults);
  }
  return {
    port: result.data.PORT,
    host: result.data.HOST,
    logLevel: result.data.LOG_LEVEL,
    pathPrefix: result.data.PATH_PREFIX,
    greetingTable: result.data.GREETING_TABLE,
    greetingIdBlock: result.data.GREETING_ID_BLOCK,
  };
}
