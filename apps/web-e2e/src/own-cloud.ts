import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localDeployment, type Deployment } from './deployment';

const LOCAL_CLOUD = join(import.meta.dirname, '../../../node_modules/.bin/local-cloud');

/** The synthesized templates. */
export const ASSEMBLY = join(import.meta.dirname, '../../../libs/infra/cdk.out');

/** A local cloud for one test. */
export interface OwnCloud {
  readonly deployment: Deployment;
  /** Process id; containers are its children. */
  readonly pid: number;
  /** Stops it. */
  close(): Promise<void>;
}

/**
 * Starts a local cloud on free ports.
 *
 * @param folder for its state file
 * @param flags additional command line flags
 * @throws {Error} with its output when it does not start
 */
export async function startOwnCloud(
  folder: string,
  {
    assembly = ASSEMBLY,
    flags = [],
  }: { readonly assembly?: string; readonly flags?: readonly string[] } = {},
): Promise<OwnCloud> {
  const state = join(folder, 'state.json');
  await rm(state, { force: true });
  const ports = ['--port', '--cognito-port', '--api-gateway-port', '--console-port'];
  const child = spawn(
    process.execPath,
    [
      LOCAL_CLOUD,
      ...['--assembly', assembly, '--state-file', state],
      ...ports.flatMap((flag) => [flag, '0']),
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += String(text)));
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The local cloud exited:\n${printed}`);
  });
  const deployment = await Promise.race([localDeployment(state), ended]);
  // From here on its exit is expected.
  ended.catch(() => undefined);
  return {
    deployment,
    pid: child.pid ?? 0,
    close: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
