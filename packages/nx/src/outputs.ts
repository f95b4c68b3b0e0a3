import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A deployed stage, for users and for the end-to-end tests. */
export interface StageOutputs {
  readonly stage: string;
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** Outputs of the stack: `SiteUrl`, `UserPoolId`, … */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Writes the outputs of a stage to `outputs/{stage}.json` and returns the path. */
export async function writeOutputs(projectRoot: string, outputs: StageOutputs): Promise<string> {
  const file = join(projectRoot, 'outputs', `${outputs.stage}.json`);
  await mkdir(join(projectRoot, 'outputs'), { recursive: true });
  await writeFile(file, `${JSON.stringify(outputs, null, 2)}\n`);
  return file;
}

/**
 * Writes a password to a file that only this user can read, and returns the path.
 *
 * Passwords are not printed: Nx stores the output of tasks (`.nx/cache/terminalOutputs`), and so do CI runners.
 *
 * @param purpose `e2e` for the user of the end-to-end tests; a stage has one
 */
export async function writeCredentials(
  projectRoot: string,
  stage: string,
  purpose: 'user' | 'e2e',
  credentials: { readonly username: string; readonly password: string },
): Promise<string> {
  const name =
    purpose === 'e2e'
      ? `${stage}.e2e-user.json`
      : `${stage}.user.${encodeURIComponent(credentials.username)}.json`;
  const file = join(projectRoot, 'outputs', name);
  await mkdir(join(projectRoot, 'outputs'), { recursive: true });
  // The mode only applies to new files.
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}

/** Deletes the outputs and passwords of a stage. */
export async function removeOutputs(projectRoot: string, stage: string): Promise<void> {
  const directory = join(projectRoot, 'outputs');
  const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const own = [`${stage}.json`, `${stage}.e2e-user.json`];
  for (const file of files) {
    if (own.includes(file) || file.startsWith(`${stage}.user.`)) await rm(join(directory, file));
  }
}
