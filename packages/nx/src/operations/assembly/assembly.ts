import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackNameOf } from '@spa-on-aws/infra';
import { AssemblyUnusable } from '../errors';
import type { Template } from './template';

/** What has to be in an environment before a stack can be deployed to it. */
export interface BootstrapRequirement {
  /** Name of the SSM parameter that holds the version. */
  readonly parameter: string;
  readonly version: number;
}

/** The synthesized stack of a stage. */
export interface SynthesizedStack {
  readonly stage: string;
  readonly name: string;
  /** Account and region the template is made for; `undefined` when any will do. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** Whether it is to resist deletion: the mark of a stage that keeps its data. */
  readonly terminationProtection: boolean;
  readonly bootstrap: BootstrapRequirement | undefined;
  readonly template: Template;
  /** How many images have to be built. */
  readonly imageCount: number;
  /** Directories the assembly publishes as zip files, by object key. */
  readonly directories: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: {
    readonly file?: string;
    readonly templateFile?: string;
    readonly terminationProtection?: boolean;
    readonly requiresBootstrapStackVersion?: number;
    readonly bootstrapStackVersionSsmParameter?: string;
    readonly stackName?: string;
  };
  readonly dependencies?: readonly string[];
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
  readonly dockerImages?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a stage's stack from a cloud assembly, the directory that `synth` writes.
 *
 * @throws {AssemblyUnusable} when there is no assembly, or another stage is in it
 */
export function readSynthesizedStack(directory: string, stage: string): SynthesizedStack {
  const name = stackNameOf(stage);
  const remedy = `npx nx synth infra --stage=${stage}`;
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new AssemblyUnusable(`${directory} is no cloud assembly: it has no manifest.json.`, { remedy });
  }
  const { artifacts } = readJson<{ artifacts: Record<string, Artifact> }>(join(directory, 'manifest.json'));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [id, stack] = stacks.find(([id, { properties }]) => (properties?.stackName ?? id) === name) ?? [];
  const templateFile = stack?.properties?.templateFile;
  if (!id || !stack?.properties || !templateFile) {
    const found = stacks.map(([id]) => id).join(', ') || 'no stack';
    throw new AssemblyUnusable(`${directory} has ${found}, not ${name}.`, { remedy });
  }
  const { bootstrapStackVersionSsmParameter: parameter, requiresBootstrapStackVersion: version } =
    stack.properties;
  const assets = (stack.dependencies ?? [])
    .map((dependency) => artifacts[dependency])
    .filter((artifact) => artifact?.type === 'cdk:asset-manifest')
    .map((artifact) => readJson<AssetManifest>(join(directory, artifact?.properties?.file ?? '')));
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(stack.environment ?? '') ?? [];
  return {
    stage,
    name,
    account: knownOnly(account),
    region: knownOnly(region),
    terminationProtection: stack.properties.terminationProtection ?? false,
    bootstrap: parameter && version ? { parameter, version } : undefined,
    template: readJson<Template>(join(directory, templateFile)),
    imageCount: assets.flatMap(({ dockerImages = {} }) => Object.keys(dockerImages)).length,
    directories: new Map(assets.flatMap((manifest) => publishedDirectories(manifest, directory))),
  };
}

function publishedDirectories({ files = {} }: AssetManifest, directory: string): [string, string][] {
  return Object.values(files).flatMap(({ source, destinations }) => {
    if (source.packaging !== 'zip' || !source.path) return [];
    const path = join(directory, source.path);
    return Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, path]);
  });
}

/** The CDK calls what a template does not fix `unknown-account` and `unknown-region`. */
function knownOnly(name: string | undefined): string | undefined {
  return name?.startsWith('unknown-') ? undefined : name;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
