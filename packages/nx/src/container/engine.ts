import type { Context } from '../executor';
import { ContainerEngineError, type Fault, ProgramError } from '../errors';
import { type ProgramOptions, runProgram } from './program';

const ENGINES = ['docker', 'podman', 'finch', 'nerdctl'];

/** Environment variables that name an engine, in order of precedence. The AWS CDK reads the second. */
const VARIABLES = ['CONTAINER_ENGINE', 'CDK_DOCKER'];

const RESPONSE_LIMIT_MS = 15_000;

/** Messages of the engines when there is nothing to remove. */
const NOT_FOUND = /no such|not found|not known|unable to find/i;

/** Finds the program that builds images, or returns why there is none. */
export type FindEngine = (
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
) => Promise<{ readonly engine: string } | Fault>;

/**
 * Finds the engine that `CONTAINER_ENGINE` names, else `CDK_DOCKER`, else the first of docker, podman, finch and
 * nerdctl whose `info` command succeeds.
 */
export const findEngine: FindEngine = async (env, signal) => {
  const variable = VARIABLES.find((name) => env[name]);
  const faults: string[] = [];
  for (const command of variable ? [String(env[variable])] : ENGINES) {
    const failure = await new Engine(command, env, signal).attempt(['info'], { limitMs: RESPONSE_LIMIT_MS });
    if (failure === undefined) return { engine: command };
    faults.push(`${command} ${describeFailure(failure)}`);
  }
  return variable
    ? {
        problem: `the container engine of ${variable} cannot be used: ${faults.join('; ')}`,
        remedy: `start it, or unset ${variable} to use any of ${ENGINES.join(', ')}`,
      }
    : {
        problem: `no container engine responds: ${faults.join('; ')}`,
        remedy: 'install and start one of them, or name another in CONTAINER_ENGINE',
      };
};

function describeFailure({ message, cause }: ProgramError): string {
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return 'is not installed';
  return `does not respond: ${message.trim().split('\n').at(-1)?.trim()}`;
}

/**
 * Returns the container engine of this machine.
 *
 * @throws {ContainerEngineError} when there is none
 */
export async function requireEngine(
  { findEngine, env }: Pick<Context, 'findEngine' | 'env'>,
  signal: AbortSignal,
): Promise<Engine> {
  const found = await findEngine(env, signal);
  if ('engine' in found) return new Engine(found.engine, env, signal);
  const isNamed = VARIABLES.some((name) => env[name]);
  throw new ContainerEngineError(found, isNamed);
}

/** A container engine: docker, or a program with the same commands. */
export class Engine {
  readonly env: NodeJS.ProcessEnv;

  /** @param signal ends running commands */
  constructor(
    readonly command: string,
    env: NodeJS.ProcessEnv,
    private readonly signal: AbortSignal,
  ) {
    // Only the Docker image format has a health check, also with podman.
    this.env = { ...env, BUILDAH_FORMAT: 'docker' };
  }

  /** Runs a command and returns its standard output. */
  run(args: readonly string[], options?: ProgramOptions): Promise<string> {
    return runProgram(this.command, args, { env: this.env, signal: this.signal, ...options });
  }

  /** Runs a command and returns its failure, if it fails. */
  async attempt(args: readonly string[], options?: ProgramOptions): Promise<ProgramError | undefined> {
    try {
      await this.run(args, options);
      return undefined;
    } catch (error) {
      if (error instanceof ProgramError) return error;
      throw error;
    }
  }

  /** Removes something, unless it does not exist. The signal does not end this. */
  async remove(args: readonly string[]): Promise<void> {
    const failure = await this.attempt(args, { signal: undefined });
    if (failure && !NOT_FOUND.test(failure.message)) throw failure;
  }
}
