import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Somebody who can sign in at a stage. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/**
 * Keeps a password where only this machine's user can read it, and git does not see it.
 *
 * Passwords are not printed: Nx keeps whatever a task prints (`.nx/cache/terminalOutputs`), and so do CI runners.
 *
 * @param purpose `e2e` for the account of the end-to-end tests, of which a stage has one
 * @returns the file
 */
export async function writeAccount(
  directory: string,
  stage: string,
  purpose: 'person' | 'e2e',
  account: Account,
): Promise<string> {
  const outputs = join(directory, 'outputs');
  const name =
    purpose === 'e2e'
      ? `${stage}.e2e-user.json`
      : `${stage}.user.${encodeURIComponent(account.username)}.json`;
  const file = join(outputs, name);
  await mkdir(outputs, { recursive: true });
  // The mode holds for new files only.
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}

/** Forgets the passwords of a stage that is gone. */
export async function removeAccounts(directory: string, stage: string): Promise<void> {
  const outputs = join(directory, 'outputs');
  const files = await readdir(outputs).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const file of files) {
    if (file === `${stage}.e2e-user.json` || file.startsWith(`${stage}.user.`)) await rm(join(outputs, file));
  }
}
