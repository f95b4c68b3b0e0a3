import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Interruption } from '../interruption';

/** One run of the CDK's command. */
export interface CdkRun {
  /** Command and options: `['deploy', …]`. */
  readonly args: readonly string[];
  /**
   * Where it runs.
   *
   * @default the project's directory, where `cdk.json` is
   */
  readonly directory?: string;
  /** What it needs in its environment besides ours. */
  readonly env: Readonly<Record<string, string>>;
  readonly interruption: Interruption;
}

/** Runs the CDK's command to its end, in this terminal, and gives its exit code. */
export type CdkCli = (run: CdkRun) => Promise<number>;

const SETTINGS = {
  CDK_DISABLE_VERSION_CHECK: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  // The README says which Node to use, once.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/**
 * The CDK's command as it is installed in this workspace.
 *
 * It reads and writes the terminal itself. An interruption is handed on: Ctrl-C reaches it anyway, a signal sent to
 * this process alone does not.
 *
 * @param findProgram finds the script that is the command
 * @param project the project's directory
 */
export function cdkCli(findProgram: () => string, project: string, env: NodeJS.ProcessEnv): CdkCli {
  return ({ args, directory = project, env: more, interruption }) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [findProgram(), ...args], {
        cwd: directory,
        env: { ...env, ...SETTINGS, ...more },
        stdio: 'inherit',
      });
      const end = (): void => void child.kill(interruption.by);
      interruption.signal.addEventListener('abort', end, { once: true });
      child.once('error', reject);
      child.once('close', (code) => {
        interruption.signal.removeEventListener('abort', end);
        // A signal ends it without a code.
        resolve(code ?? 130);
      });
    });
}

/** Where the CDK's command is installed. */
export function installedCdk(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');
}
