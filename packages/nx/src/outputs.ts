import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a deployed stage to `outputs/{stage}.json`, for users and for the end-to-end tests, and returns the path. */
export async function writeOutputs(
  projectRoot: string,
  outputs: Readonly<Record<'stage' | 'stack' | 'account' | 'region', string>> & {
    /** Outputs of the stack: `SiteUrl`, `UserPoolId`, … */
    readonly outputs: Readonly<Record<string, string>>;
  },
): Promise<string> {
  return writeJson(projectRoot, `${outputs.stage}.json`, outputs, {});
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
  const name = purpose === 'e2e' ? 'e2e-user' : `user.${encodeURIComponent(credentials.username)}`;
  // The mode only applies to new files.
  await rm(join(projectRoot, 'outputs', `${stage}.${name}.json`), { force: true });
  return writeJson(projectRoot, `${stage}.${name}.json`, credentials, { mode: 0o600, flag: 'wx' });
}

async function writeJson(
  projectRoot: string,
  name: string,
  content: object,
  options: { readonly mode?: number; readonly flag?: string },
): Promise<string> {
  const file = join(projectRoot, 'outputs', name);
  await mkdir(join(projectRoot, 'outputs'), { recursive: true });
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, options);
  return file;
}

/** Deletes the outputs and passwords of a stage, unless they belong to a stage in another account or region. */
export async function removeOutputs(
  projectRoot: string,
  stage: string,
  { account, region }: { readonly account: string; readonly region: string },
): Promise<void> {
  const directory = join(projectRoot, 'outputs');
  const deployed = await readFile(join(directory, `${stage}.json`), 'utf8').catch(ifMissing('{}'));
  const { account: ofAccount = account, region: ofRegion = region } = JSON.parse(deployed) as {
    readonly account?: string;
    readonly region?: string;
  };
  if (ofAccount !== account || ofRegion !== region) return;
  const files = await readdir(directory).catch(ifMissing<string[]>([]));
  const own = [`${stage}.json`, `${stage}.e2e-user.json`];
  for (const file of files) {
    if (own.includes(file) || file.startsWith(`${stage}.user.`)) await rm(join(directory, file));
  }
}

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
