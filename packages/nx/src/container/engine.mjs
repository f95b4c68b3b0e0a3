import { run as runCommand } from './command.mjs';
import { CommandError, NamedEngineError, NoEngineError } from './errors.mjs';

const ENGINES = ['docker', 'podman', 'finch', 'nerdctl'];

/** Environment variables that name an engine: ours, then the one of the AWS CDK. */
const VARIABLES = ['CONTAINER_ENGINE', 'CDK_DOCKER'];

const ANSWER_LIMIT_MS = 15_000;

/** How engines say that there is nothing to remove. */
const GONE = /no such|not found|not known|unable to find/i;

/**
 * A container engine.
 *
 * @typedef {object} Engine
 * @property {string} command its program: docker, or one with the same commands
 * @property {NodeJS.ProcessEnv} env what the program needs in its environment
 * @property {(args: readonly string[], options?: CommandOptions) => Promise<string>} run
 *   runs one of its commands and gives the standard output
 * @property {(args: readonly string[], options?: CommandOptions) => Promise<CommandError | undefined>} attempt
 *   runs one of its commands and gives the failure, if it fails
 * @property {(args: readonly string[]) => Promise<void>} remove
 *   removes something with one of its commands, unless it is gone already; nothing ends this
 */

/** @typedef {import('./command.mjs').CommandOptions} CommandOptions */

/**
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal] ends what is running
 * @returns {Engine}
 */
export function containerEngine(command, env, signal) {
  /** @type {Engine['run']} */
  const run = (args, options) => runCommand(command, args, { env, signal, ...options });
  /** @type {Engine['attempt']} */
  const attempt = (args, options) =>
    run(args, options).then(
      () => undefined,
      (error) => {
        if (error instanceof CommandError) return error;
        throw error;
      },
    );
  return {
    command,
    env,
    run,
    attempt,
    remove: async (args) => {
      const failure = await attempt(args, { signal: undefined });
      if (failure && !GONE.test(failure.message)) throw failure;
    },
  };
}

/**
 * The engine that `CONTAINER_ENGINE` names, else `CDK_DOCKER`, else the first of docker, podman, finch and nerdctl
 * whose `info` answers.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal] ends what is running
 * @returns {Promise<Engine & { named: boolean }>} `named`: by the environment, so that no other may take its place
 * @throws {NamedEngineError} when the one that is named does not answer
 * @throws {NoEngineError} when none is named and none answers
 */
export async function findEngine(env, signal) {
  const variable = VARIABLES.find((name) => env[name]);
  const named = variable !== undefined;
  const faults = [];
  for (const command of named ? [String(env[variable])] : ENGINES) {
    // podman's own image format has no health check.
    const engine = containerEngine(command, { ...env, BUILDAH_FORMAT: 'docker' }, signal);
    const fault = await findFault(engine);
    if (fault === undefined) return { ...engine, named };
    faults.push(`  ${command}: ${fault}`);
  }
  if (named)
    throw new NamedEngineError(
      `The container engine that ${variable} names cannot be used:\n${faults}\nInstall and start it, or unset ${variable}.`,
    );
  throw new NoEngineError(
    `No container engine answers:\n${faults.join('\n')}\nInstall and start one of them, or name another in ${VARIABLES[0]}.`,
  );
}

/**
 * Why an engine cannot be used, or `undefined` when it answers.
 *
 * @param {Engine} engine
 */
async function findFault(engine) {
  const failure = await engine.attempt(['info'], { limitMs: ANSWER_LIMIT_MS });
  if (!failure) return undefined;
  const cause = /** @type {NodeJS.ErrnoException | undefined} */ (failure.cause);
  if (cause?.code === 'ENOENT') return 'not installed';
  return `does not answer: ${failure.message.trim().split('\n').at(-1)?.trim()}`;
}
