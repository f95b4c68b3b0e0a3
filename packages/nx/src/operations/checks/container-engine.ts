import { execFile } from 'node:child_process';
import type { Fault } from '../errors';

const ENGINES = ['docker', 'podman', 'finch', 'nerdctl'];

/** Environment variables that name an engine: ours, then the CDK's. */
const VARIABLES = ['CONTAINER_ENGINE', 'CDK_DOCKER'];

const ANSWER_LIMIT_MS = 15_000;

/** Finds the program that builds images, or says why there is none. */
export type FindEngine = (
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
) => Promise<{ readonly engine: string } | Fault>;

/**
 * The engine that `CONTAINER_ENGINE` names, else `CDK_DOCKER`, else the first of docker, podman, finch and nerdctl
 * whose `info` answers. `nx containerize api` chooses in the same way.
 */
export const findEngine: FindEngine = async (env, signal) => {
  const named = VARIABLES.find((variable) => env[variable]);
  const faults: string[] = [];
  for (const engine of named ? [String(env[named])] : ENGINES) {
    const fault = await engineFault(engine, env, signal);
    if (fault === undefined) return { engine };
    faults.push(`${engine} ${fault}`);
  }
  return named
    ? {
        problem: `the container engine that ${named} names cannot be used: ${faults.join('; ')}`,
        remedy: `start it, or unset ${named} to take any of ${ENGINES.join(', ')}`,
      }
    : {
        problem: `no container engine answers: ${faults.join('; ')}`,
        remedy: 'install and start one of them, or name another in CONTAINER_ENGINE',
      };
};

/** Why an engine cannot be used, or `undefined` when it answers. */
function engineFault(
  engine: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(engine, ['info'], { env, signal, timeout: ANSWER_LIMIT_MS }, (error, _stdout, stderr) => {
      if (!error) resolve(undefined);
      else if (signal.aborted) reject(signal.reason);
      else if (error.code === 'ENOENT') resolve('is not installed');
      else if (error.killed) resolve(`does not answer within ${ANSWER_LIMIT_MS / 1000} s`);
      else resolve(`does not answer: ${stderr.trim().split('\n').at(-1)?.trim() || error.message}`);
    });
  });
}
