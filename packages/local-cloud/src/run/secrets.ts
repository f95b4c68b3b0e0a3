import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Options } from '../cli/options';
import { SecretsFileError } from '../errors';

/** Values that the user gives to secrets of containers. */
export interface Secrets {
  /** The secrets file, for messages. */
  readonly file: string;
  /** Values by environment variable of the container. */
  readonly values: ReadonlyMap<string, string>;
}

/** Reads the secrets file, if there is one; `--secret` goes before it. @throws SecretsFileError */
export async function loadSecrets({
  secrets,
  secretsFile: file,
}: Pick<Options, 'secrets' | 'secretsFile'>): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new SecretsFileError(file, cause);
  });
  return { file, values: new Map([...Object.entries(parseEnv(text) as Record<string, string>), ...secrets]) };
}
