import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Context } from '../context';
import type { Interruption } from '../interruption';
import type { StackStatus, StackWatch } from '../stack/stack-watch';

/** One run of the CDK CLI. */
export interface CdkRun {
  /** Command and options: `['deploy', …]`. */
  readonly args: readonly string[];
  /**
   * Working directory.
   *
   * @default the project, where `cdk.json` is
   */
  readonly directory?: string;
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly interruption: Interruption;
}

/** Runs the CDK CLI in this terminal and returns its exit code. */
export type CdkCli = (run: CdkRun) => Promise<number>;

const SETTINGS = {
  CDK_DISABLE_VERSION_CHECK: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  // The README names the supported Node versions.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/**
 * Returns the CDK CLI of the workspace.
 *
 * An interruption is passed on: Ctrl-C reaches the CDK by itself, a signal to this process does not.
 *
 * @param findScript returns the path of the CLI's script
 */
export function cdkCli(findScript: () => string, projectRoot: string, env: NodeJS.ProcessEnv): CdkCli {
  return ({ args, directory = projectRoot, env: more, interruption }) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [findScript(), ...args], {
        cwd: directory,
        env: { ...env, ...SETTINGS, ...more },
        stdio: 'inherit',
      });
      const end = (): void => void child.kill(interruption.by);
      interruption.signal.addEventListener('abort', end, { once: true });
      child.once('error', reject);
      child.once('close', (code) => {
        interruption.signal.removeEventListener('abort', end);
        // A process that is ended by a signal has no exit code.
        resolve(code ?? 130);
      });
    });
}

/** Returns the path of the installed CDK CLI. */
export function installedCdk(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');
}

/**
 * Runs the CDK CLI on a stack, and polls the stack's status meanwhile.
 *
 * @param describeConsequences what an interruption means, given the last known status
 * @returns the CDK's exit code
 * @throws {InterruptedError} after the CDK has ended and the stack's status is printed
 */
export async function runCdkOnStack(
  run: Pick<CdkRun, 'args' | 'env'>,
  name: string,
  watch: StackWatch,
  describeConsequences: (last: StackStatus) => string,
  { cdk, interruption, terminal }: Context,
): Promise<number> {
  interruption.setConsequences(() => describeConsequences(watch.last));
  const exitCode = await watch.during(cdk({ ...run, interruption }));
  if (interruption.by) {
    terminal.printError(`${name} is ${await watch.update()} now.`);
    interruption.signal.throwIfAborted();
  }
  return exitCode;
}
