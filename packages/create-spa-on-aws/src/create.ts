import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renamed, TOOLS as NAMES } from '@spa-on-aws/nx/renamed';
import { format, getFileInfo, resolveConfig } from 'prettier';
import { CreateError } from './errors';
import { type Options, checkOptions } from './options';
import { run } from './program';

/** Package of this program: it contains the starter. */
const PACKAGE = path.join(import.meta.dirname, '..');

const TOOLS = NAMES.map((tool) => `@spa-on-aws/${tool}`);

/** Name of this package, and of the property of the workspace's `package.json` that records how it was created. */
const CREATOR = 'create-spa-on-aws';

/** Versions of the tools, or their packages in the workspace: `file:tools/…`. */
type Tools = Readonly<Record<string, string>>;

interface Manifest {
  name?: string;
  version?: string;
  description?: string | undefined;
  license?: string | undefined;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  overrides?: Record<string, string>;
  [CREATOR]?: Options & { version: string };
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
    throw new CreateError(
      'ERR_DIRECTORY',
      `${source.starter} does not exist. Write it: npm run prepack -w packages/create-spa-on-aws`,
    );
  }
  await mkdir(directory, { recursive: true });
  const tools =
    source.localTools === undefined
      ? Object.fromEntries(TOOLS.map((tool) => [tool, source.version]))
      : await packTools(source.localTools, directory);
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
    const own = adapted(name, text, options, source, tools);
    await writeFile(target, own === text ? own : await formatted(own, file));
  }
  await run('git', ['init', '--quiet', '--initial-branch=main'], directory);
}

/** Returns the text of a file of the starter for this workspace. */
function adapted(file: string, text: string, options: Options, source: Source, tools: Tools): string {
  const own = renamed(text, options);
  const name = path.basename(file);
  if (name === 'package.json') return JSON.stringify(manifest(JSON.parse(own), options, source, tools));
  if (file === 'libs/infra/cdk.json') return JSON.stringify(stages(JSON.parse(own), options));
  return own;
}

/** Returns a `package.json` of the starter for this workspace. The versions of the tools are in that of the root. */
function manifest(own: Manifest, options: Options, { version }: Source, tools: Tools): Manifest {
  if (own.workspaces === undefined) return own;
  const devDependencies = Object.entries({ ...own.devDependencies, ...tools });
  // Packed tools install one another.
  const packed = Object.keys(tools).filter((tool) => tools[tool]?.startsWith('file:') && tool !== CREATOR);
  const overrides = packed.map((tool) => [tool, `$${tool}`]);
  return {
    ...own,
    name: `@${options.name}/source`,
    description: undefined,
    license: undefined,
    devDependencies: Object.fromEntries(devDependencies.sort(([a], [b]) => (a < b ? -1 : 1))),
    overrides: { ...own.overrides, ...Object.fromEntries(overrides) },
    // Migrations create the same workspace again, to find out what the team has changed.
    [CREATOR]: { version: tools[CREATOR] ?? version, ...options },
  };
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

/** Packs the tools and this package into the folder `tools` of a workspace. */
async function packTools(packages: string, directory: string): Promise<Tools> {
  process.stderr.write('Packing the tools of this clone. This takes a minute or two.\n');
  const destination = path.join(directory, 'tools');
  await mkdir(destination, { recursive: true });
  const tools: Record<string, string> = {};
  for (const name of [...TOOLS, CREATOR]) {
    const folder = path.join(packages, path.basename(name));
    const output = await run('npm', ['pack', '--json', '--pack-destination', destination], folder);
    const [packed] = JSON.parse(output.slice(output.indexOf('[\n'))) as [
      { filename: string; shasum: string },
    ];
    const file = packed.filename.replace('@', '').replace('/', '-');
    // Commits of the repository have the same version. npm installs a file again if it has another name.
    const own = file.replace(/\.tgz$/, `-${packed.shasum.slice(0, 8)}.tgz`);
    await rename(path.join(destination, file), path.join(destination, own));
    tools[name] = `file:tools/${own}`;
  }
  return tools;
}

/**
 * Packs the tools of the repository into a workspace that was created with `--local-tools`, and writes `migrations.json`, as
 * `nx migrate` does with packages of a registry.
 *
 * @throws {CreateError} when the folder is not such a workspace, or npm fails
 */
export async function upgradeLocalTools(directory: string, { localTools, version }: Source): Promise<void> {
  const file = path.join(directory, 'package.json');
  const own = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  if (localTools === undefined || !own[CREATOR]?.version.startsWith('file:')) {
    throw new CreateError('ERR_DIRECTORY', `${directory} was not created with --local-tools.`);
  }
  const devDependencies = { ...own.devDependencies, ...(await packTools(localTools, directory)) };
  await writeFile(file, `${JSON.stringify({ ...own, devDependencies }, null, 2)}\n`);
  const migrations = [{ package: '@spa-on-aws/nx', name: 'starter', version }];
  await writeFile(path.join(directory, 'migrations.json'), `${JSON.stringify({ migrations }, null, 2)}\n`);
}

/** Formats a text as Prettier would in the workspace: a longer name breaks lines. */
async function formatted(text: string, file: string): Promise<string> {
  // npm installs this package, with the starter, into node_modules.
  const { inferredParser: parser } = await getFileInfo(file, { withNodeModules: true });
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
