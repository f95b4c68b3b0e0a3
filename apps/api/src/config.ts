import * as z from 'zod';
import { TableVariables } from './stores';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

function wholeNumber(min: number, max: number, note = '') {
  const allowed = `must be a whole number from ${min} to ${max}${note}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, allowed)
    .transform(Number)
    .pipe(z.number().min(min, allowed).max(max, allowed));
}

function text(pattern: RegExp, allowed: string) {
  return z.string().regex(pattern, allowed).optional();
}

/** The environment variables of the API; README.md describes them. */
const Variables = z.object({
  PORT: wholeNumber(0, 65_535, ' (0: any free port)').default(8080),
  HOST: z.string().trim().min(1, 'must be an address to listen on, such as 0.0.0.0').default('0.0.0.0'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  PATH_PREFIX: text(/^(\/[\w-]+)?$/, 'must be the path prefix of a stage, such as /dev, or empty'),
  TOKEN_VERIFICATION: z.enum(['on', 'off'], 'must be on or off').default('on'),
  TOKEN_ISSUER: text(/^https?:\/\/[^?#\s]*[^/?#\s]$/, 'must be a URL without a query or a slash at the end'),
  TOKEN_CLIENT_ID: text(/^[\w+-]{1,128}$/, 'must be the id of an app client'),
  TOKEN_SCOPE: text(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'must be one scope, such as greetings/read'),
  GREETING_ID_BLOCK: wholeNumber(1, 100_000).default(100),
  STOP_DELAY_MS: wholeNumber(0, 20_000).default(0),
  ...TableVariables.shape,
});

/** The environment variables are not valid. The message lists all of them. */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG';

  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `  ${problem}`).join('\n');
    super(`The API cannot start. Fix its environment variables:\n${list}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Configuration of the API, see {@link readConfig}. */
export type Config = ReturnType<typeof readConfig>;

/**
 * Reads the configuration from environment variables.
 *
 * @throws {ConfigError} listing all invalid variables, their values and what is allowed
 */
export function readConfig(environment: Environment) {
  const result = Variables.safeParse(environment);
  const problems = (result.error?.issues ?? []).map(({ path, message }) => {
    const variable = String(path[0]);
    return `${variable} is ${JSON.stringify(environment[variable])}: ${message}`;
  });
  problems.push(...findConflicts(environment));
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  const env = result.data;
  const { TOKEN_ISSUER: issuer, TOKEN_CLIENT_ID: clientId, TOKEN_SCOPE: scope } = env;
  return {
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    pathPrefix: env.PATH_PREFIX ?? '',
    /** The claims that tokens must have; `'unverified'` only with `TOKEN_VERIFICATION=off`. */
    tokens: issuer && clientId && scope ? { issuer, clientId, scope } : ('unverified' as const),
    /** The names of DynamoDB tables by their variables. */
    tables: TableVariables.parse(env),
    greetingIdBlock: env.GREETING_ID_BLOCK,
    stopDelayMs: env.STOP_DELAY_MS,
  };
}

/** Returns the problems of variables that are valid alone, but not together. */
function findConflicts(environment: Environment): string[] {
  const isSet = (variable: string): boolean => environment[variable] !== undefined;
  const isOff = environment['TOKEN_VERIFICATION'] === 'off';
  const problems = ['TOKEN_ISSUER', 'TOKEN_CLIENT_ID', 'TOKEN_SCOPE']
    .filter((variable) => isSet(variable) === isOff)
    .map((variable) =>
      isOff
        ? `${variable} is set, but TOKEN_VERIFICATION is off: remove one of them`
        : `${variable} is not set: set it, or set TOKEN_VERIFICATION=off to accept requests without a token`,
    );
  if (Object.keys(TableVariables.shape).some(isSet) && !environment['AWS_REGION']) {
    problems.push('AWS_REGION is not set: set it to the region of the tables');
  }
  return problems;
}
