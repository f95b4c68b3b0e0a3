import * as z from 'zod';
import { ConfigError } from './errors';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Text that is a whole number within bounds. */
function wholeNumber(least: number, most: number, meaning = '') {
  const allowed = `a whole number from ${least} to ${most}${meaning}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, allowed)
    .transform(Number)
    .refine((number) => number >= least && number <= most, allowed);
}

const TableName = z
  .string()
  .regex(/^[\w.-]{3,255}$/, 'the name of a DynamoDB table: 3 to 255 letters, digits, "_", "-" and "."')
  .optional();

const Config = z.object({
  PORT: wholeNumber(0, 65_535, ' (0: any free port)').default(8080),
  HOST: z.string().trim().min(1, 'an address to listen on, such as 0.0.0.0 or 127.0.0.1').default('0.0.0.0'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
  PATH_PREFIX: z
    .string()
    .regex(/^(\/[\w-]+)?$/, 'the prefix of a stage, such as /dev, or nothing')
    .default(''),
  TOKEN_VERIFICATION: z.enum(['on', 'off'], 'on or off').default('on'),
  TOKEN_ISSUER: z
    .url({ protocol: /^https?$/, error: 'the issuer of access tokens, a URL such as a user pool’s' })
    .regex(/^[^?#]*[^/?#]$/, 'the issuer as tokens have it: no slash at the end, no query')
    .optional(),
  TOKEN_CLIENT_ID: z
    .string()
    .regex(/^[\w+-]{1,128}$/, 'the id of the app client that tokens are made for')
    .optional(),
  TOKEN_SCOPE: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'the scope that tokens need, such as greetings/read')
    .optional(),
  GREETING_TABLE: TableName,
  GREETING_ID_BLOCK: wholeNumber(1, 100_000).default(100),
  HISTORY_TABLE: TableName,
  METRICS_NAMESPACE: z
    .string()
    .regex(/^(?!AWS\/)[\w.\-/#: ]{1,255}$/, 'a CloudWatch namespace, not one of AWS’s own (AWS/…)')
    .optional(),
  MAX_IN_FLIGHT: wholeNumber(1, 100_000).default(256),
  STOP_DELAY_MS: wholeNumber(0, 20_000).default(0),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with variables together, each of which may be right. */
function contradictions(environment: Environment): string[] {
  const isGiven = (variable: string): boolean => environment[variable] !== undefined;
  const faults: string[] = [];
  for (const variable of ['TOKEN_ISSUER', 'TOKEN_CLIENT_ID', 'TOKEN_SCOPE']) {
    if (environment['TOKEN_VERIFICATION'] !== 'off' && !isGiven(variable)) {
      faults.push(
        `${variable} is not set: give what tokens are verified by, or TOKEN_VERIFICATION=off to let everybody in`,
      );
    }
    if (environment['TOKEN_VERIFICATION'] === 'off' && isGiven(variable)) {
      faults.push(`${variable} is set and TOKEN_VERIFICATION is off: leave one of them out`);
    }
  }
  for (const [given, missing] of [
    ['GREETING_TABLE', 'HISTORY_TABLE'],
    ['HISTORY_TABLE', 'GREETING_TABLE'],
  ] as const) {
    if (isGiven(given) && !isGiven(missing)) {
      faults.push(`${missing} is not set and ${given} is: give both, or neither to live in memory`);
    }
  }
  return faults;
}

/** What access tokens are verified by. */
export interface TokenConfig {
  /** `iss` of the tokens. `TOKEN_ISSUER`. */
  readonly issuer: string;
  /** `client_id` of the tokens. `TOKEN_CLIENT_ID`. */
  readonly clientId: string;
  /** What the tokens have to be good for. `TOKEN_SCOPE`. */
  readonly scope: string;
}

/** The DynamoDB tables of the API. */
export interface TableConfig {
  /** Where greetings get their ids from. `GREETING_TABLE`. */
  readonly ids: string;
  /** Where greetings are kept. `HISTORY_TABLE`. */
  readonly history: string;
}

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
  /** What tokens are verified by; `'unverified'` only where `TOKEN_VERIFICATION=off` says so. */
  readonly tokens: TokenConfig | 'unverified';
  /** The tables; without them ids and greetings live in memory. */
  readonly tables: TableConfig | undefined;
  /** How many ids are reserved at once. `GREETING_ID_BLOCK`, default 100. */
  readonly greetingIdBlock: number;
  /** The CloudWatch namespace of metrics; without one none are written. `METRICS_NAMESPACE`. */
  readonly metricsNamespace: string | undefined;
  /** How many requests are answered at once. `MAX_IN_FLIGHT`, default 256. */
  readonly maxInFlight: number;
  /** How long requests are still taken, unready, once the process is told to stop. `STOP_DELAY_MS`, default 0. */
  readonly stopDelayMs: number;
}

/**
 * Reads the configuration from an environment.
 *
 * @throws {ConfigError} naming every faulty variable, its value and what is allowed
 */
export function readConfig(environment: Environment): Config {
  const result = Config.safeParse(environment);
  const faults = (result.error?.issues ?? []).map(({ path, message }) => {
    const variable = String(path[0]);
    return `${variable} is ${JSON.stringify(environment[variable])}: give ${message}`;
  });
  faults.push(...contradictions(environment));
  if (!result.success || faults.length > 0) throw new ConfigError(faults);
  const env = result.data;
  return {
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    pathPrefix: env.PATH_PREFIX,
    tokens: tokenConfig(env.TOKEN_ISSUER, env.TOKEN_CLIENT_ID, env.TOKEN_SCOPE),
    tables:
      env.GREETING_TABLE !== undefined && env.HISTORY_TABLE !== undefined
        ? { ids: env.GREETING_TABLE, history: env.HISTORY_TABLE }
        : undefined,
    greetingIdBlock: env.GREETING_ID_BLOCK,
    metricsNamespace: env.METRICS_NAMESPACE,
    maxInFlight: env.MAX_IN_FLIGHT,
    stopDelayMs: env.STOP_DELAY_MS,
  };
}

/** All three or none: anything else was refused above. */
function tokenConfig(issuer?: string, clientId?: string, scope?: string): Config['tokens'] {
  if (issuer === undefined || clientId === undefined || scope === undefined) return 'unverified';
  return { issuer, clientId, scope };
}
