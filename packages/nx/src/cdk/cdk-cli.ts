import { spawn } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CdkFailedError } from '../errors';
import type { Context, Executor } from '../executor';
import type { Interruption } from '../interruption';

/** One run of the CDK CLI. */
export interface CdkRun {
  /** Command and options: `['deploy', …]`. */
  readonly args: readonly string[];
  /** Working directory. Default: the project, where `cdk.json` is */
  readonly directory?: string;
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly interruption: Interruption;
}

/** Runs the CDK CLI in this terminal and returns its exit code. */
export type CdkCli = (run: CdkRun) => Promise<number>;

/** Environment variables for the CDK CLI. */
export const CDK_SETTINGS = {
  CDK_DISABLE_VERSION_CHECK: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  // No warning: `engines` in package.json has the supported Node versions.
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
        env: { ...env, ...CDK_SETTINGS, ...more },
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

/** @throws {CdkFailedError} when the CDK CLI fails */
export async function runCdk(run: Omit<CdkRun, 'interruption'>, context: Context): Promise<void> {
  const { cdk, interruption } = context;
  const exitCode = await cdk({ ...run, interruption });
  interruption.signal.throwIfAborted();
  if (exitCode === 0) return;
  throw new CdkFailedError(`cdk ${run.args[0]} failed with exit code ${exitCode}; see its output.`);
}

/** Synthesizes one stage. */
export const synth: Executor<{ readonly stage: string; readonly capacity: string | undefined }> = {
  // `deploy`, `verify` and the others forward their options.
  takesForwarded: true,
  async run({ stage, capacity = '' }, context) {
    const output = join(context.projectRoot, 'cdk.out');
    // Assets of earlier stages and versions would stay in `output`, and a failure would leave it incomplete.
    const next = join(context.projectRoot, 'tmp', 'cdk.out');
    await rm(next, { recursive: true, force: true });
    const values = ['-c', `stage=${stage}`, '-c', `capacity=${capacity}`];
    try {
      await runCdk({ args: ['synth', '--quiet', '--strict', '--output', next, ...values], env: {} }, context);
      await rm(output, { recursive: true, force: true });
      await rename(next, output);
    } finally {
      await rm(next, { recursive: true, force: true });
    }
  },
};
