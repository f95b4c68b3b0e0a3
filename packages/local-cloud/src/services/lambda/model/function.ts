import path from 'node:path';
import { z } from 'zod';
import {
  cfnInteger,
  cfnString,
  type FileAsset,
  invalidProperty,
  type Resource,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import type { Stacks } from '../../../run/sources';
import { EVENT_INVOKE_CONFIG, type EventInvokeConfig, readEventInvokeConfigs } from './event-invoke-config';
import { type FunctionUrl, readFunctionUrls } from './function-url';
import { unqualifiedName } from './names';
import { type Permission, readPermissions } from './permission';

/** Where the code of a function or the content of a layer is. */
export type CodeSource = { readonly kind: 'inline'; readonly text: string } | StoredFile;

export type StoredFile =
  /** A file or directory on this machine. */
  | { readonly kind: 'local'; readonly path: string }
  /** An object that is not in the assembly. */
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string };

export interface Layer {
  readonly arn: string;
  /** `undefined`: the layer is not in the templates. */
  readonly content: CodeSource | undefined;
}

/** A function on a request path. */
export interface LambdaFunction {
  readonly logicalId: string;
  readonly name: string;
  /** Without qualifier. */
  readonly arn: string;
  /** ARNs of its versions and aliases. */
  readonly qualifiedArns: readonly string[];
  /** `undefined` for an image. */
  readonly runtime: string | undefined;
  readonly handler: string;
  /** `undefined` for an image. */
  readonly code: CodeSource | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly layers: readonly Layer[];
  /** `ReservedConcurrentExecutions`; `undefined`: the account's concurrency. */
  readonly reservedConcurrency: number | undefined;
  /** ARN of the queue or topic that gets events of asynchronous calls that fail. */
  readonly deadLetterTarget: string | undefined;
}

export interface LambdaModel {
  readonly functions: readonly LambdaFunction[];
  readonly permissions: readonly Permission[];
  readonly urls: readonly FunctionUrl[];
  readonly eventInvokeConfigs: readonly EventInvokeConfig[];
}

const FUNCTION = 'AWS::Lambda::Function';

const S3Content = {
  S3Bucket: z.string().optional(),
  S3Key: z.string().optional(),
  ...withoutEffect('S3ObjectVersion'),
};

const FunctionProperties = z.strictObject({
  Code: z.union([
    z.string(),
    z.strictObject({
      ...S3Content,
      ZipFile: z.string().optional(),
      ...withoutEffect('ImageUri', 'SourceKMSKeyArn'),
    }),
  ]),
  Runtime: z.string().optional(),
  Handler: z.string().optional(),
  PackageType: z.enum(['Zip', 'Image']).default('Zip'),
  Environment: z.strictObject({ Variables: z.record(z.string(), cfnString).default({}) }).optional(),
  Timeout: cfnInteger.pipe(z.number().min(1).max(900, 'must be 1 to 900 s')).default(3),
  MemorySize: cfnInteger.pipe(z.number().min(128).max(10_240, 'must be 128 to 10240 MB')).default(128),
  Layers: z.array(z.string()).max(5).default([]),
  ReservedConcurrentExecutions: cfnInteger.optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string().optional() }).optional(),
  ...withoutEffect(
    'Architectures',
    'CapacityProviderConfig',
    'CodeSigningConfigArn',
    'Description',
    'DurableConfig',
    'EphemeralStorage',
    'FileSystemConfigs',
    'FunctionName',
    'FunctionScalingConfig',
    'ImageConfig',
    'KmsKeyArn',
    'LoggingConfig',
    'PublishToLatestPublished',
    'RecursiveLoop',
    'Role',
    'RuntimeManagementConfig',
    'SnapStart',
    'Tags',
    'TenancyConfig',
    'TracingConfig',
    'VpcConfig',
  ),
});

const QualifierProperties = z.looseObject({ FunctionName: z.string() });

const LayerProperties = z.strictObject({
  Content: z.union([z.string(), z.strictObject(S3Content)]),
  ...withoutEffect(
    'CompatibleArchitectures',
    'CompatibleRuntimes',
    'Description',
    'LayerName',
    'LicenseInfo',
  ),
});

/** Properties through which requests reach a function. */
const CALLERS: readonly string[] = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::RestApi',
  'AWS::Cognito::UserPool',
  'AWS::Lambda::Url',
];

/**
 * Finds the functions on a request path: those that requests reach, and those that functions and containers call, whose
 * name or ARN is the value of one of their environment variables.
 */
function calledFunctions(stack: Stack, qualified: readonly Resource[]): Resource[] {
  // A function URL may name its function without an ARN; its reference is the ARN.
  const callers = CALLERS.flatMap((type) => stack.ofType(type)).map(({ ref, properties }) =>
    JSON.stringify([ref, properties], (name, value: unknown) =>
      // User pools do not call these here.
      /^Custom(?:Email|SMS)Sender$/.test(name) ? undefined : value,
    ),
  );
  const all = stack.ofType(FUNCTION);
  const called = new Set<Resource>();
  const add = (resource: Resource): void => {
    if (called.has(resource)) return;
    called.add(resource);
    addNamedIn(resource.properties['Environment']);
    for (const { properties } of stack.ofType(EVENT_INVOKE_CONFIG))
      if (unqualifiedName(properties['FunctionName']) === resource.ref)
        addNamedIn(properties['DestinationConfig']);
  };
  const addNamedIn = (environment: unknown): void => {
    const text = JSON.stringify(environment ?? null);
    for (const resource of all) {
      const arn = arnOfResource(resource);
      const names = [
        resource.ref,
        arn,
        ...qualified.map(({ ref }) => ref).filter((ref) => ref.startsWith(`${arn}:`)),
      ];
      if (names.some((name) => text.includes(JSON.stringify(name)))) add(resource);
    }
  };
  for (const resource of all) {
    const arn = arnOfResource(resource);
    // A stage variable may name any function.
    if (callers.some((text) => text.includes(arn) || text.includes(':function:${stageVariables.')))
      add(resource);
  }
  for (const { properties } of stack.ofType('AWS::ECS::TaskDefinition'))
    addNamedIn(properties['ContainerDefinitions']);
  return all.filter((resource) => called.has(resource));
}

const arnOfResource = (resource: Resource): string => String(resource.attribute('Arn'));

/** Reads the functions on a request path; others, such as those of custom resources, are not run. @throws InvalidPropertyError */
export function readLambda(stack: Stack, stacks: readonly Pick<Stacks[number], 'files'>[]): LambdaModel {
  const files = new Map(stacks.flatMap(({ files: assets }) => [...assets]));
  const layers = new Map(
    stack
      .ofType('AWS::Lambda::LayerVersion')
      .map((resource) => [resource.ref, () => layerOf(resource, files)]),
  );
  const qualified = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'].flatMap((type) => stack.ofType(type));
  const functions = calledFunctions(stack, qualified).map((resource) => {
    const arn = arnOfResource(resource);
    const qualifiers = qualified.filter(({ ref }) => ref.startsWith(`${arn}:`));
    for (const qualifier of qualifiers) qualifier.read(QualifierProperties);
    return toFunction(resource, {
      arn,
      qualifiedArns: qualifiers.map(({ ref }) => ref),
      layerOf: (layerArn) => layers.get(layerArn)?.() ?? { arn: layerArn, content: undefined },
      codeOf: (code) => sourceOf(resource, 'Code', code, files),
    });
  });
  return {
    functions,
    permissions: readPermissions(stack, functions),
    urls: readFunctionUrls(stack, functions),
    eventInvokeConfigs: readEventInvokeConfigs(stack, functions),
  };
}

/** Lists the buckets that deployment packages and OpenAPI documents are in. */
export function artifactBuckets(stack: Stack): ReadonlySet<unknown> {
  const locations = [
    ...stack.ofType(FUNCTION).map(({ properties }) => properties['Code']),
    ...stack.ofType('AWS::Lambda::LayerVersion').map(({ properties }) => properties['Content']),
    ...stack.ofType('AWS::ApiGateway::RestApi').map(({ properties }) => properties['BodyS3Location']),
  ] as (string | { readonly S3Bucket?: unknown; readonly Bucket?: unknown } | undefined)[];
  return new Set(
    locations.map((location) =>
      typeof location === 'string'
        ? /^s3:\/\/([^/]+)/.exec(location)?.[1]
        : (location?.S3Bucket ?? location?.Bucket),
    ),
  );
}

interface Surroundings {
  readonly arn: string;
  readonly qualifiedArns: readonly string[];
  readonly layerOf: (arn: string) => Layer;
  readonly codeOf: (code: z.output<typeof FunctionProperties>['Code']) => CodeSource;
}

function toFunction(
  resource: Resource,
  { arn, qualifiedArns, layerOf: toLayer, codeOf }: Surroundings,
): LambdaFunction {
  const properties = resource.read(FunctionProperties);
  const isImage = properties.PackageType === 'Image';
  for (const name of ['Runtime', 'Handler'] as const) {
    if (!isImage && properties[name] === undefined)
      invalidProperty(resource, name, 'is required for a function whose package type is Zip.');
  }
  return {
    logicalId: resource.logicalId,
    name: resource.ref,
    arn,
    qualifiedArns,
    runtime: isImage ? undefined : properties.Runtime,
    handler: properties.Handler ?? '',
    code: isImage ? undefined : codeOf(properties.Code),
    environment: properties.Environment?.Variables ?? {},
    timeoutMs: properties.Timeout * 1_000,
    memoryMb: properties.MemorySize,
    layers: properties.Layers.map(toLayer),
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    deadLetterTarget: properties.DeadLetterConfig?.TargetArn,
  };
}

function layerOf(resource: Resource, files: ReadonlyMap<string, FileAsset>): Layer {
  const { Content } = resource.read(LayerProperties);
  return { arn: resource.ref, content: sourceOf(resource, 'Content', Content, files) };
}

function sourceOf(
  resource: Resource,
  property: string,
  code: z.output<typeof FunctionProperties>['Code'],
  files: ReadonlyMap<string, FileAsset>,
): CodeSource {
  if (typeof code === 'string') return storedFile(resource, code, files);
  if (code.ZipFile !== undefined) return { kind: 'inline', text: code.ZipFile };
  const { S3Bucket: bucket, S3Key: key } = code;
  if (bucket === undefined || key === undefined)
    return invalidProperty(resource, property, 'must have S3Bucket and S3Key, or ZipFile.');
  return storedFile(resource, { bucket, key }, files);
}

/** A text is a path, as `aws cloudformation package` replaces it; it is relative to the template. */
export function storedFile(
  { templateFile }: Resource,
  location: string | { readonly bucket: string; readonly key: string },
  files: ReadonlyMap<string, FileAsset>,
): StoredFile {
  if (typeof location === 'string') {
    const [s3, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? [];
    return s3 === undefined
      ? { kind: 'local', path: path.resolve(path.dirname(templateFile), location) }
      : { kind: 's3', bucket, key };
  }
  const asset = files.get(location.key);
  return asset ? { kind: 'local', path: asset.path } : { kind: 's3', ...location };
}
