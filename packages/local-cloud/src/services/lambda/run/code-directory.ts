import { existsSync, type FSWatcher, watch } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FoundSource } from '../model/runnable';

/** A build writes several files; it is considered complete after this time without a change. */
const SETTLE_MS = 100;

/**
 * Copies code of a function, or content of a layer, to a temporary directory: it must not find the modules and the
 * `package.json` of the workspace. Unpacks a zip file, and writes inline code to `index.js`.
 *
 * @returns its absolute path, without symbolic links
 */
export async function openCode(source: FoundSource): Promise<string> {
  const directory = await temporaryDirectory();
  if (source.kind === 'inline') await writeFile(path.join(directory, 'index.js'), source.text);
  else if ((await stat(source.path)).isDirectory()) await cp(source.path, directory, { recursive: true });
  else await unpack(source.path, directory);
  return directory;
}

/** Packages that Lambda's Node.js runtimes contain. */
const RUNTIME_MODULES = ['@aws-crypto', '@aws-sdk', '@smithy', 'aws-sdk'];

/** Makes a directory with the packages of the Node.js runtimes, as far as they are installed for the current directory. */
export async function openRuntimeModules(): Promise<string> {
  const directory = path.join(await temporaryDirectory(), 'node_modules');
  await mkdir(directory);
  for (const name of RUNTIME_MODULES) {
    const installed = installedModules().find((modules) => existsSync(path.join(modules, name)));
    if (installed !== undefined) await symlink(path.join(installed, name), path.join(directory, name), 'dir');
  }
  return directory;
}

/** Lists the `node_modules` of the current directory and of those above it. */
export function installedModules(): string[] {
  const found: string[] = [];
  for (let parent = process.cwd(); ; parent = path.dirname(parent)) {
    found.push(path.join(parent, 'node_modules'));
    if (parent === path.dirname(parent)) return found;
  }
}

export function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true });
}

async function temporaryDirectory(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), 'local-cloud-function-')));
}

async function unpack(zip: string, directory: string): Promise<void> {
  // Loaded only for zip files.
  const { unzipSync } = await import('fflate');
  for (const [name, content] of Object.entries(unzipSync(await readFile(zip)))) {
    const file = path.join(directory, name);
    if (!file.startsWith(directory + path.sep)) throw new Error(`${zip} has a path outside of it: ${name}`);
    await mkdir(name.endsWith('/') ? file : path.dirname(file), { recursive: true });
    if (!name.endsWith('/')) await writeFile(file, content);
  }
}

/** Calls back when the code has changed and the writing is complete; modules in `node_modules` are not watched. */
export async function watchCode(source: FoundSource, onChange: () => void): Promise<{ close(): void }> {
  const watchers: FSWatcher[] = [];
  if (source.kind === 'local') {
    let timer: NodeJS.Timeout | undefined;
    const changed = (): void => {
      clearTimeout(timer);
      timer = setTimeout(onChange, SETTLE_MS).unref();
    };
    for (const watched of await watchedPaths(source.path))
      watchers.push(watch(watched, { persistent: false }, changed).on('error', changed));
  }
  return { close: () => watchers.forEach((watcher) => watcher.close()) };
}

/** A zip file itself, or a directory and those below it. */
async function watchedPaths(root: string): Promise<string[]> {
  if (!(await stat(root)).isDirectory()) return [root];
  const entries = await readdir(root, { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map((entry) => watchedPaths(path.join(root, entry.name)));
  return [root, ...(await Promise.all(below)).flat()];
}
