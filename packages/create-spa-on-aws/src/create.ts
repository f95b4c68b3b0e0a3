import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, getFileInfo, resolveConfig } from 'prettier';
import { CreateError } from './errors';
import { type Options, checkOptions } from './options';
import { run } from './program';
import { renamed } from './rename';

/** Package of this program: it contains the starter. */
const PACKAGE = path.join(import.meta.dirname, '..');

const TOOLS = ['cloudformation', 'local-cloud', 'nx', 'sign-in', 'template-checks'].map(
  (tool) => `@spa-on-aws/${tool}`,
);

interface Manifest {
  name?: string;
  version?: string;
  description?: string | undefined;
  license?: string | undefined;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  overrides?: Record<string, string>;
}

/** Where the starter comes from. */
export interface Source {
  /** Folder with the packed starter. */
  readonly starter: string;
  /** Version of the tools. */
  readonly version: string;
  /** The repository's `packages`, whose tools are packed into the workspace. Default: the tools come from the registry. */
  readonly localTools?: string | undefined;
}

/** Returns the source that this package contains. @param localTools packs the tools of the repository */
export async function packagedSource(localTools: boolean): Promise<Source> {
  const { version = '' } = JSON.parse(await readFile(path.join(PACKAGE, 'package.json'), 'utf8')) as Manifest;
  const packages = path.join(PACKAGE, '..');
  if (localTools && !existsSync(path.join(packages, 'local-cloud/src'))) {
    throw new CreateError(
      'ERR_OPTION',
      '--local-tools needs a clone of the repository. Run packages/create-spa-on-aws/bin/create-spa-on-aws.mjs in a clone.',
    );
  }
  return {
    starter: path.join(PACKAGE, 'dist/starter'),
    version,
    ...(localTools && { localTools: packages }),
  };
}

/**
 * Writes a workspace into a new or empty folder.
 *
 * @throws {CreateError} when an option is invalid, the folder has files, or npm or git fails
 */
export async function createWorkspace(directory: string, options: Options, source: Source): Promise<void> {
  checkOptions(options);
  if (existsSync(directory) && (await readdir(directory)).length > 0) {
    throw new CreateError('ERR_DIRECTORY', `${directory} is not empty. Choose another name, or empty it.`);
  }
  if (!existsSync(source.starter)) {
    throw new CreateError('ERR_DIRECTORY', `${source.starter} does not exist. Write it: npm run prepack`);
  }
  await mkdir(directory, { recursive: true });
  const tarballs = source.localTools === undefined ? [] : await packTools(source.localTools, directory);
  for (const packed of await filesIn(source.starter)) {
    const name = packed.replace(/(^|\/)_(gitignore|npmrc)$/, '$1.$2');
    const target = path.join(directory, renamed(name, options));
    const file = path.join(source.starter, packed);
    const content = await readFile(file);
    await mkdir(path.dirname(target), { recursive: true });
    if (content.includes(0)) {
      await writeFile(target, content);
      continue;
    }
    const text = content.toString();
    const own = adapted(name, text, options, source, tarballs);
    await writeFile(target, own === text ? own : await formatted(own, file));
  }
  await run('git', ['init', '--quiet', '--initial-branch=main'], directory);
}

/** Returns the text of a file of the starter for this workspace. */
function adapted(
  file: string,
  text: string,
  options: Options,
  source: Source,
  tarballs: readonly string[],
): string {
  const own = renamed(text, options);
  const name = path.basename(file);
  if (name === 'package.json') return JSON.stringify(manifest(JSON.parse(own), options, source, tarballs));
  if (file === 'libs/infra/cdk.json') return JSON.stringify(stages(JSON.parse(own), options));
  return own;
}

function manifest(
  own: Manifest,
  { name }: Options,
  { version }: Source,
  tarballs: readonly string[],
): Manifest {
  const versioned = (dependencies: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(
      Object.entries(dependencies).map(([each, range]) => [
        each,
        TOOLS.includes(each) && tarballs.length === 0 ? version : range,
      ]),
    );
  const { dependencies, devDependencies, overrides } = own;
  const isRoot = own.workspaces !== undefined;
  return {
    ...own,
    ...(isRoot && { name: `@${name}/source`, description: undefined, license: undefined }),
    ...(dependencies && { dependencies: versioned(dependencies) }),
    ...(devDependencies && { devDependencies: versioned(devDependencies) }),
    ...(isRoot && tarballs.length > 0 && localTools(tarballs, devDependencies, overrides)),
  };
}

/** The workspace installs the packed tools, and they install one another. */
function localTools(
  tarballs: readonly string[],
  devDependencies: Manifest['devDependencies'],
  overrides: Manifest['overrides'],
): Pick<Manifest, 'devDependencies' | 'overrides'> {
  const tools = Object.fromEntries(TOOLS.map((tool, index) => [tool, `file:tools/${tarballs[index] ?? ''}`]));
  const own = Object.fromEntries(TOOLS.map((tool) => [tool, `$${tool}`]));
  return { devDependencies: { ...devDependencies, ...tools }, overrides: { ...overrides, ...own } };
}

/** Sets the options of the stages in `cdk.json`. */
function stages(
  cdk: { context: Record<string, unknown> },
  { region, capacity, mfa }: Options,
): { context: Record<string, unknown> } {
  const options = {
    ...(region !== undefined && { region }),
    ...(capacity !== 'ec2' && { capacity }),
    ...(mfa && { mfaRequired: true }),
  };
  if (Object.keys(options).length === 0) return cdk;
  const { project, ...flags } = cdk.context;
  return { ...cdk, context: { project, stages: { dev: options, prod: options }, ...flags } };
}

/** Packs the tools into the folder `tools` of the workspace. Returns the names of the files, in the order of the tools. */
async function packTools(packages: string, directory: string): Promise<string[]> {
  const destination = path.join(directory, 'tools');
  await mkdir(destination);
  const names: string[] = [];
  for (const tool of TOOLS) {
    const folder = path.join(packages, path.basename(tool));
    const output = await run('npm', ['pack', '--json', '--pack-destination', destination], folder);
    const [packed] = JSON.parse(output.slice(output.indexOf('[\n'))) as [{ filename: string }];
    names.push(packed.filename.replace('@', '').replace('/', '-'));
  }
  return names;
}

/** Formats a text as Prettier would in the workspace: a longer name breaks lines. */
async function formatted(text: string, file: string): Promise<string> {
  const { inferredParser: parser } = await getFileInfo(file);
  if (parser === null) return text;
  return format(text, { ...(await resolveConfig(file, { editorconfig: true })), parser, filepath: file });
}

/** Lists the files of a folder, with `/` in their paths. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}
