import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AssemblyNotFoundError, MalformedTemplateError } from '../errors';
import { parseTemplate, type Template } from './template';

const Manifest = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      displayName: z.string().optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const AssetManifest = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional(), packaging: z.enum(['file', 'zip']).optional() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ directory: z.string().optional(), dockerFile: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ imageTag: z.string() })),
      }),
    )
    .default({}),
});

/** A file or directory that a deployment would upload to the asset bucket. */
export interface FileAsset {
  readonly path: string;
  /** `zip`: a directory whose content is zipped for the upload. */
  readonly packaging: 'file' | 'zip';
}

/** A directory that a deployment would build an image of. */
export interface ImageAsset {
  readonly directory: string;
  readonly dockerFile: string;
}

const SYNTHESIZE = 'Synthesize it first: npx nx synth infra.';

const NO_ASSETS: Pick<StackAssembly, 'files' | 'images'> = { files: new Map(), images: new Map() };

/** A stack with what it needs besides its template. */
export interface StackAssembly {
  readonly stackName: string;
  readonly templateFile: string;
  /** Everything that was read; when one of them changes, the stack may have. */
  readonly sourceFiles: readonly string[];
  readonly template: Template;
  /** By object key in the asset bucket. */
  readonly files: ReadonlyMap<string, FileAsset>;
  /** By image tag in the asset repository. */
  readonly images: ReadonlyMap<string, ImageAsset>;
}

async function readAssemblyFile(file: string, remedy: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AssemblyNotFoundError(file, remedy, cause);
    throw new MalformedTemplateError(file, `cannot be read (${(cause as Error).message}).`, cause);
  }
}

async function readJson<Schema extends z.ZodType>(
  file: string,
  remedy: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await readAssemblyFile(file, remedy);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MalformedTemplateError(file, `not JSON (${(cause as Error).message}).`, cause);
  }
  const result = schema.safeParse(json);
  if (!result.success) throw new MalformedTemplateError(file, z.prettifyError(result.error));
  return result.data;
}

/**
 * Reads a cloud assembly (`cdk.out`) with all of its stacks, those of its stages included.
 *
 * @param directory the assembly's directory
 * @throws AssemblyNotFoundError MalformedTemplateError UnsupportedTemplateError
 */
export async function loadAssembly(directory: string): Promise<StackAssembly[]> {
  const isDirectory = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) throw new AssemblyNotFoundError(directory, SYNTHESIZE);
  const manifestFile = path.join(directory, 'manifest.json');
  const { artifacts } = await readJson(manifestFile, SYNTHESIZE, Manifest);
  const loaded: StackAssembly[] = [];
  for (const [id, { type, properties }] of Object.entries(artifacts)) {
    if (type === 'cdk:cloud-assembly' && properties?.directoryName !== undefined) {
      loaded.push(...(await loadAssembly(path.join(directory, properties.directoryName))));
    }
    if (type !== 'aws:cloudformation:stack' || properties?.templateFile === undefined) continue;
    const templateFile = path.join(directory, properties.templateFile);
    const assetsFile = artifacts[`${id}.assets`]?.properties?.file;
    const assetManifest = assetsFile === undefined ? undefined : path.join(directory, assetsFile);
    const [text, assets] = await Promise.all([
      readAssemblyFile(templateFile, SYNTHESIZE),
      assetManifest === undefined ? NO_ASSETS : readAssets(directory, assetManifest),
    ]);
    loaded.push({
      stackName: properties.stackName ?? id,
      templateFile,
      sourceFiles: [manifestFile, templateFile, ...(assetManifest === undefined ? [] : [assetManifest])],
      template: parseTemplate(text, templateFile),
      ...assets,
    });
  }
  return loaded;
}

async function readAssets(directory: string, file: string): Promise<Pick<StackAssembly, 'files' | 'images'>> {
  const assets = await readJson(file, SYNTHESIZE, AssetManifest);
  const files = new Map<string, FileAsset>();
  const images = new Map<string, ImageAsset>();
  for (const { source, destinations } of Object.values(assets.files)) {
    if (source.path === undefined) continue;
    const asset = { path: path.resolve(directory, source.path), packaging: source.packaging ?? 'file' };
    for (const { objectKey } of Object.values(destinations)) files.set(objectKey, asset);
  }
  for (const { source, destinations } of Object.values(assets.dockerImages)) {
    if (source.directory === undefined) continue;
    const asset = {
      directory: path.resolve(directory, source.directory),
      dockerFile: source.dockerFile ?? 'Dockerfile',
    };
    for (const { imageTag } of Object.values(destinations)) images.set(imageTag, asset);
  }
  return { files, images };
}
