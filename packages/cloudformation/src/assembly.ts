import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { TemplateDocument } from './document/template-document';
import { includesIn, insertIncluded } from './document/includes';
import { Value } from './document/value';
import { AssemblyNotFoundError, MalformedTemplateError, StackSelectionError } from './errors';
import { parseContent } from './schema-messages';
import type { YamlOptions } from './yaml';

const Manifest = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).default([]),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          terminationProtection: z.boolean().default(false),
          requiresBootstrapStackVersion: z.number().optional(),
          bootstrapStackVersionSsmParameter: z.string().optional(),
          file: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

type Artifacts = z.infer<typeof Manifest>['artifacts'];

/** Schema of a section of an asset manifest. */
function assets<Source extends z.ZodRawShape, Destination extends z.ZodRawShape>(
  source: Source,
  destination: Destination,
) {
  const asset = z.looseObject({
    source: z.looseObject(source),
    destinations: z.record(z.string(), z.looseObject(destination)),
  });
  return z.record(z.string(), asset).default({});
}

const AssetManifest = z.looseObject({
  files: assets(
    { path: z.string().optional(), packaging: z.enum(['file', 'zip']).optional() },
    { objectKey: z.string() },
  ),
  dockerImages: assets(
    {
      directory: z.string().optional(),
      dockerFile: z.string().optional(),
      platform: z.string().optional(),
      dockerBuildArgs: z.record(z.string(), z.string()).optional(),
      dockerBuildTarget: z.string().optional(),
    },
    { imageTag: z.string() },
  ),
});

type AssetManifest = z.infer<typeof AssetManifest>;

/** File or directory that a deployment uploads to the asset bucket. */
export interface FileAsset {
  /** Absolute path. */
  readonly path: string;
  /** `zip`: a directory whose content is zipped for the upload. */
  readonly packaging: 'file' | 'zip';
}

/** Directory from which a deployment builds a container image. */
export interface ImageAsset {
  /** Absolute path. */
  readonly directory: string;
  /** Relative to the directory. */
  readonly dockerFile: string;
  /** Such as `linux/arm64`; `undefined`: that of the machine that builds it. */
  readonly platform?: string | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** Build stage; `undefined`: the last one. */
  readonly target?: string | undefined;
}

/** Bootstrap version that an environment must have before the stack can be deployed to it. */
export interface BootstrapRequirement {
  /** Name of the SSM parameter that holds the version. */
  readonly parameter: string;
  readonly version: number;
}

/** A template, with those of its nested stacks that are on this machine. */
export interface TemplateTree {
  readonly template: TemplateDocument;
  readonly templateFile: string;
  /** Files that `AWS::Include` inserts. */
  readonly included: readonly string[];
  /** Templates of nested stacks (`AWS::CloudFormation::Stack`), by logical id. */
  readonly nested: ReadonlyMap<string, TemplateTree>;
}

/** One stack: its template, and what the cloud assembly says about its deployment. */
export interface StackAssembly extends TemplateTree {
  readonly name: string;
  /** Artifact id in the assembly; `cdk` commands select stacks by it. Equal to `name` for a template without an assembly. */
  readonly id: string;
  /** `undefined` for a template that can be deployed to any account. */
  readonly account: string | undefined;
  /** `undefined` for a template that can be deployed to any region. */
  readonly region: string | undefined;
  readonly terminationProtection: boolean;
  readonly bootstrap: BootstrapRequirement | undefined;
  /** All files that were read. The stack can only change when one of them does. */
  readonly sourceFiles: readonly string[];
  /** File assets by object key in the asset bucket. */
  readonly files: ReadonlyMap<string, FileAsset>;
  /** Image assets by tag in the asset repository. */
  readonly images: ReadonlyMap<string, ImageAsset>;
}

export interface ReadOptions {
  /** Advice in the message about a missing file. Default: synthesize the app. */
  readonly remedy?: string;
}

/**
 * Reads all stacks of a cloud assembly (`cdk.out`), nested assemblies and nested stacks included.
 *
 * Accepts every template that is a JSON object: macros and loops are left to the caller.
 *
 * @throws {AssemblyNotFoundError} when the directory or one of its files does not exist
 * @throws {MalformedTemplateError} when a file is not valid JSON or has the wrong shape
 */
export async function readAssembly(
  directory: string,
  { remedy = 'Synthesize it first: npx cdk synth.' }: ReadOptions = {},
): Promise<StackAssembly[]> {
  const manifestFile = path.join(directory, 'manifest.json');
  const { artifacts } = parseContent(
    Manifest,
    await readJson(manifestFile, remedy),
    manifestFile,
    'cloud assembly',
  );
  const stacks = await Promise.all(
    Object.entries(artifacts).map(async ([id, { type, properties, environment }]) => {
      if (type === 'cdk:cloud-assembly' && properties?.directoryName !== undefined) {
        return readAssembly(path.join(directory, properties.directoryName), { remedy });
      }
      if (type !== 'aws:cloudformation:stack' || properties?.templateFile === undefined) return [];
      const templateFile = path.join(directory, properties.templateFile);
      const assetFiles = assetManifests(artifacts, id).map((file) => path.join(directory, file));
      const [json, ...assets] = await Promise.all([
        readJson(templateFile, remedy),
        ...assetFiles.map(async (file) =>
          parseContent(AssetManifest, await readJson(file, remedy), file, 'asset manifest'),
        ),
      ]);
      const { bootstrapStackVersionSsmParameter: parameter, requiresBootstrapStackVersion: version } =
        properties;
      const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment ?? '') ?? [];
      const files = new Map(assets.flatMap((manifest) => fileAssets(manifest.files, directory)));
      const stack = await toStack(properties.stackName ?? id, templateFile, json, files);
      return {
        ...stack,
        id,
        account: known(account),
        region: known(region),
        terminationProtection: properties.terminationProtection,
        bootstrap: parameter !== undefined && version !== undefined ? { parameter, version } : undefined,
        sourceFiles: [manifestFile, ...stack.sourceFiles, ...assetFiles],
        files,
        images: new Map(assets.flatMap(({ dockerImages }) => imageAssets(dockerImages, directory))),
      };
    }),
  );
  return stacks.flat();
}

/**
 * Reads a template file that belongs to no assembly, in YAML or JSON.
 *
 * @param name name of the stack
 * @throws {AssemblyNotFoundError} when the file does not exist
 * @throws {MalformedTemplateError} when the file is not a template
 */
export async function readTemplateFile(
  file: string,
  name: string,
  { remedy = 'Check the path.' }: ReadOptions = {},
): Promise<StackAssembly> {
  const json = await readYamlOrJson(file, remedy);
  // The CDK writes the assets of a template beside it; templates of nested stacks are among them.
  const assetFile = file.replace(/\.template\.json$/, '.assets.json');
  if (assetFile === file || !existsSync(assetFile)) return toStack(name, file, json, new Map());
  const { files } = parseContent(
    AssetManifest,
    await readJson(assetFile, remedy),
    assetFile,
    'asset manifest',
  );
  return {
    ...(await toStack(name, file, json, new Map(fileAssets(files, path.dirname(file))))),
    files: new Map(),
  };
}

/**
 * Returns the stack with a name or id; without a name, the only stack.
 *
 * @param source shown in messages: the assembly's directory
 * @throws {StackSelectionError} when there is no such stack, or several and no name
 */
export function selectStack(
  stacks: readonly StackAssembly[],
  wanted: string | undefined,
  source: string,
): StackAssembly {
  const [first, ...others] = stacks.filter(
    ({ name, id }) => wanted === undefined || name === wanted || id === wanted,
  );
  if (first && others.length === 0) return first;
  const names = stacks.map(({ name }) => name).join(', ') || 'no stack';
  throw new StackSelectionError(
    wanted === undefined
      ? `${source} contains ${names}. ${first ? 'Select one of them with --stack.' : 'Add a stack to the app.'}`
      : `${source} contains ${names}, not ${wanted}.`,
  );
}

/** The CDK writes `unknown-account` and `unknown-region` when a template fixes neither. */
function known(name: string | undefined): string | undefined {
  return name?.startsWith('unknown-') ? undefined : name;
}

async function toStack(
  name: string,
  templateFile: string,
  json: unknown,
  files: StackAssembly['files'],
): Promise<StackAssembly> {
  const tree = await toTree(json, [templateFile], files);
  return {
    ...tree,
    name,
    id: name,
    account: undefined,
    region: undefined,
    terminationProtection: false,
    bootstrap: undefined,
    sourceFiles: filesOf(tree),
    files,
    images: new Map(),
  };
}

/**
 * Reads the templates of the nested stacks of a template.
 *
 * @param trail the file of the template, after those of the stacks around it
 * @param files assets, among which the CDK has the templates of nested stacks
 */
async function toTree(
  json: unknown,
  trail: readonly [string, ...string[]],
  files: StackAssembly['files'],
): Promise<TemplateTree> {
  const [templateFile] = trail;
  const included = await include(json, templateFile, files);
  const AnyTemplate = z.looseObject({ Resources: z.looseObject({}).optional() });
  const template = new TemplateDocument(
    parseContent(AnyTemplate, json, templateFile, 'CloudFormation template'),
  );
  const nested = await Promise.all(
    template.ofType('AWS::CloudFormation::Stack').map(async ({ id, path: place, properties }) => {
      const file = nestedFile(properties.get('TemplateURL'), templateFile, files);
      if (file === undefined) return [];
      if (trail.includes(file))
        throw new MalformedTemplateError(templateFile, `${place} is nested in itself.`);
      const content = await readYamlOrJson(file, `${place} of ${templateFile} names it.`);
      return [[id, await toTree(content, [file, ...trail], files)] as const];
    }),
  );
  return { template, templateFile, included, nested: new Map(nested.flat()) };
}

/** Inserts the files of `AWS::Include` that are on this machine. @returns the files */
async function include(
  json: unknown,
  templateFile: string,
  assets: StackAssembly['files'],
): Promise<readonly string[]> {
  const all: string[] = [];
  // Before any is inserted: CloudFormation does not resolve an include in an included file.
  for (const { holder, place, locations } of [...includesIn(json)]) {
    const files = locations.flatMap(
      (location) => nestedFile(new Value(location, place), templateFile, assets) ?? [],
    );
    if (files.length < locations.length) continue;
    const contents = await Promise.all(
      files.map(async (file) =>
        parseContent(
          z.looseObject({}),
          await readYamlOrJson(file, `${place} of ${templateFile} includes it.`, { shortForms: false }),
          file,
          'mapping to include',
        ),
      ),
    );
    insertIncluded(holder, contents);
    all.push(...files);
  }
  return all;
}

/** Returns the file of a nested template or an include: an asset of the CDK, or a path, which `aws cloudformation package` uploads. */
function nestedFile(url: Value, templateFile: string, files: StackAssembly['files']): string | undefined {
  const [, asset] = [...files].find(([objectKey]) => url.text.endsWith(`/${objectKey}`)) ?? [];
  if (asset) return asset.path;
  if (url.literal === undefined || url.literal.includes('://')) return undefined;
  return path.resolve(path.dirname(templateFile), url.literal);
}

function filesOf({ templateFile, included, nested }: TemplateTree): string[] {
  return [templateFile, ...included, ...[...nested.values()].flatMap(filesOf)];
}

function assetManifests(artifacts: Artifacts, stackId: string): string[] {
  const ids = new Set([...(artifacts[stackId]?.dependencies ?? []), `${stackId}.assets`]);
  return [...ids].flatMap((id) => {
    const { type, properties } = artifacts[id] ?? {};
    return type === 'cdk:asset-manifest' && properties?.file !== undefined ? [properties.file] : [];
  });
}

function fileAssets(files: AssetManifest['files'], directory: string): [objectKey: string, FileAsset][] {
  return Object.values(files).flatMap(({ source, destinations }) => {
    if (source.path === undefined) return [];
    const asset = { path: path.resolve(directory, source.path), packaging: source.packaging ?? 'file' };
    return Object.values(destinations).map(({ objectKey }): [string, FileAsset] => [objectKey, asset]);
  });
}

function imageAssets(images: AssetManifest['dockerImages'], directory: string): [tag: string, ImageAsset][] {
  return Object.values(images).flatMap(({ source, destinations }) => {
    if (source.directory === undefined) return [];
    const { dockerFile = 'Dockerfile', platform, dockerBuildArgs: buildArgs } = source;
    const asset = {
      directory: path.resolve(directory, source.directory),
      dockerFile,
      platform,
      buildArgs,
      target: source.dockerBuildTarget,
    };
    return Object.values(destinations).map(({ imageTag }): [string, ImageAsset] => [imageTag, asset]);
  });
}

/**
 * Reads a file in YAML, or in JSON when it ends with `.json`: `JSON.parse` is much faster than the YAML parser.
 *
 * @throws {AssemblyNotFoundError} MalformedTemplateError
 */
export async function readYamlOrJson(file: string, remedy: string, options?: YamlOptions): Promise<unknown> {
  if (file.endsWith('.json')) return readJson(file, remedy);
  const [{ parseYaml }, text] = await Promise.all([import('./yaml'), readText(file, remedy)]);
  return parseYaml(text, file, options);
}

async function readJson(file: string, remedy: string): Promise<unknown> {
  const text = await readText(file, remedy);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedTemplateError(file, `not JSON (${(cause as Error).message}). ${remedy}`, cause);
  }
}

async function readText(file: string, remedy: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      const directory = path.dirname(file);
      throw new AssemblyNotFoundError(existsSync(directory) ? file : directory, remedy, cause);
    }
    throw new MalformedTemplateError(file, `cannot be read (${message}).`, cause);
  }
}
