import { run } from './command.mjs';
import { CommandError, NoEngineError } from './errors.mjs';

const ENGINES = ['docker', 'podman', 'finch', 'nerdctl'];

/** Environment variables that name an engine: ours, then the one of the AWS CDK. */
const VARIABLES = ['CONTAINER_ENGINE', 'CDK_DOCKER'];

const ANSWER_LIMIT_MS = 15_000;

/**
 * A container engine that answers.
 *
 * @typedef {object} Engine
 * @property {string} command its program: docker, or one with the same commands
 * @property {NodeJS.ProcessEnv} env what the program needs in its environment
 * @property {(args: readonly string[], options?: import('./command.mjs').CommandOptions) => Promise<string>} run
 *   runs one of its commands and gives the standard output
 */

/**
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal] ends what is running
 * @returns {Engine}
 */
export function containerEngine(command, env, signal) {
  return { command, env, run: (args, options) => run(command, args, { env, signal, ...options }) };
}

/**
 * The engine that `CONTAINER_ENGINE` names, else `CDK_DOCKER`, else the first of docker, podman, finch and nerdctl
 * whose `info` answers.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal] ends what is running
 * @throws {NoEngineError} when none answers, or not the one that is named
 */
export async function findEngine(env, signal) {
  const named = VARIABLES.find((variable) => env[variable]);
  const faults = [];
  for (const command of named ? [String(env[named])] : ENGINES) {
    // podman's own image format has no health check.
    const engine = containerEngine(command, { ...env, BUILDAH_FORMAT: 'docker' }, signal);
    const fault = await findFault(engine);
    if (fault === undefined) return engine;
    faults.push(`  ${command}: ${fault}`);
  }
  throw new NoEngineError(
    named
      ? `The container engine named by ${named} does not answer:\n${faults}\nStart it, or unset ${named} to take any other.`
      : `No container engine answers:\n${faults.join('\n')}\nInstall and start one of them, or name another in ${VARIABLES[0]}.`,
  );
}

/**
 * Why an engine cannot be used, or `undefined` when it answers.
 *
 * @param {Engine} engine
 */
async function findFault(engine) {
  try {
    await engine.run(['info'], { limitMs: ANSWER_LIMIT_MS });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const cause = /** @type {NodeJS.ErrnoException | undefined} */ (error.cause);
    if (cause?.code === 'ENOENT') return 'not installed';
    return `does not answer: ${error.message.trim().split('\n').at(-1)?.trim()}`;
  }
}
