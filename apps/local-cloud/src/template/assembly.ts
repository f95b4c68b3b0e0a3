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

/** A stack of a cloud assembly with what it needs besides its template. */
export interface StackAssembly {
  readonly stackName: string;
  readonly templateFile: string;
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
 * Reads a cloud assembly (`cdk.out`) with one stack.
 *
 * @param directory the assembly's directory
 * @param stackName which stack, when the assembly holds several
 * @throws AssemblyNotFoundError MalformedTemplateError
 */
export async function loadAssembly(directory: string, stackName?: string): Promise<StackAssembly> {
  const remedy = 'Synthesize it first: npx nx synth infra.';
  const isDirectory = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) throw new AssemblyNotFoundError(directory, remedy);
  const manifestFile = path.join(directory, 'manifest.json');
  const manifest = await readJson(manifestFile, remedy, Manifest);
  const artifacts = Object.entries(manifest.artifacts);
  const stacks = artifacts
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { properties }]) => ({
      id,
      name: properties?.stackName ?? id,
      file: properties?.templateFile,
    }));
  const names = stacks.map(({ name }) => name).join(', ') || 'none';
  const chosen = stackName === undefined ? stacks : stacks.filter(({ name }) => name === stackName);
  const [stack] = chosen;
  if (!stack?.file || chosen.length > 1) {
    const wanted =
      stackName === undefined
        ? 'it must hold exactly one stack, or --stack names one'
        : `no stack ${stackName}`;
    throw new MalformedTemplateError(manifestFile, `${wanted}; stacks here: ${names}.`);
  }
  const templateFile = path.join(directory, stack.file);
  const template = parseTemplate(await readAssemblyFile(templateFile, remedy), templateFile);

  const files = new Map<string, FileAsset>();
  const images = new Map<string, ImageAsset>();
  for (const [id, { type, properties }] of artifacts) {
    if (type !== 'cdk:asset-manifest' || !properties?.file || id !== `${stack.id}.assets`) continue;
    const assets = await readJson(path.join(directory, properties.file), remedy, AssetManifest);
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
  }
  return { stackName: stack.name, templateFile, template, files, images };
}
