import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a running local cloud tells other programs of itself, as JSON. */
export interface State {
  readonly pid: number;
  /** The distribution. */
  readonly url: string;
  readonly issuer: string;
  /** Origin of managed login. */
  readonly cognitoDomain: string;
  /** API Gateway with the stage, around CloudFront. */
  readonly apiEndpoint: string;
  readonly consoleUrl: string;
  /** The container itself, around everything. */
  readonly backendUrl: string;
  readonly clientId: string;
  readonly callbackUrl: string;
  readonly logoutUrl: string;
  /** The scope an access token needs for the API; empty when no method asks for one. */
  readonly apiScope: string;
  readonly users: readonly { readonly username: string; readonly password: string }[];
}

/**
 * Writes the file.
 *
 * @returns removes it again
 */
export async function writeStateFile(file: string, state: State): Promise<() => Promise<void>> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  return () => rm(file, { force: true });
}
