import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { lookup } from 'mime-types';
import { z } from 'zod';
import {
  AssemblyNotFoundError,
  BUCKET_DEPLOYMENT,
  cfnBoolean,
  type FileAsset,
  invalidProperty,
  isDeployed,
  keyPrefix,
  type Resource,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import type { Bucket, ObjectContent, StoredObject } from './model/bucket';
import { contentOf, md5Of } from './object-content';

const DeploymentProperties = z.strictObject({
  SourceObjectKeys: z.array(z.string()),
  SourceMarkers: z.array(z.record(z.string(), z.unknown())).default([]),
  SourceMarkersConfig: z
    .array(
      z.strictObject({
        jsonEscape: cfnBoolean.optional(),
        markerEncodings: z
          .record(z.string(), z.enum(['LITERAL', 'UNQUOTED_JSON_VALUE', 'JSON_VALUE']))
          .optional(),
      }),
    )
    .default([]),
  DestinationBucketName: z.string(),
  DestinationBucketKeyPrefix: z.string().default(''),
  Exclude: z.array(z.string()).default([]),
  Include: z.array(z.string()).default([]),
  Prune: cfnBoolean.default(true),
  Extract: z.union([z.literal(true), z.literal('true')]).optional(),
  SystemMetadata: z
    .strictObject({
      'cache-control': z.string().optional(),
      'content-disposition': z.string().optional(),
      'content-encoding': z.string().optional(),
      'content-language': z.string().optional(),
      'content-type': z.string().optional(),
      expires: z.string().optional(),
      ...withoutEffect('acl', 'sse', 'sse-kms-key-id', 'storage-class'),
    })
    .default({}),
  UserMetadata: z.record(z.string(), z.string()).default({}),
  ...withoutEffect(
    'ServiceToken',
    'ServiceTimeout',
    'SourceBucketNames',
    'DestinationBucketArn',
    'DistributionId',
    'DistributionPaths',
    'OutputObjectKeys',
    'OutputObjectVersionIds',
    'RetainOnDelete',
    'WaitForDistributionInvalidation',
  ),
});

type Deployment = z.output<typeof DeploymentProperties>;

interface DeploymentTarget {
  readonly buckets: readonly Bucket[];
  /** File assets of the assembly, by object key. */
  readonly files: ReadonlyMap<string, FileAsset>;
  /** Replaces AWS origins by local ones, after the markers of a file are replaced. */
  readonly localize: (text: string) => string;
}

/**
 * Runs CDK's bucket deployments: replaces markers, copies files like `aws s3 sync` with its filters, sets metadata.
 * @returns the number of objects in all buckets @throws AssemblyNotFoundError for a source that is not in the assembly
 */
export async function deployBuckets(stack: Stack, target: DeploymentTarget): Promise<number> {
  for (const resource of stack.inDependencyOrder(BUCKET_DEPLOYMENT)) {
    await deploy(resource, resource.read(DeploymentProperties), target);
  }
  return target.buckets.reduce((sum, bucket) => sum + bucket.objects.size, 0);
}

/** Fills a bucket from a directory, for templates without a bucket deployment. @throws AssemblyNotFoundError */
export async function uploadDirectory(bucket: Bucket, directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory())
    throw new AssemblyNotFoundError(directory, 'Name a directory with --bucket <bucket>=<directory>.');
  for await (const [key, body] of filesBelow(directory)) {
    bucket.objects.set(key, await storedObject(key, body, { SystemMetadata: {}, UserMetadata: {} }));
  }
  bucket.filledBy = `--bucket with ${directory}`;
}

async function deploy(resource: Resource, deployment: Deployment, target: DeploymentTarget): Promise<void> {
  const bucket = target.buckets.find(({ name }) => name === deployment.DestinationBucketName);
  if (!bucket)
    invalidProperty(
      resource,
      'DestinationBucketName',
      `${deployment.DestinationBucketName} is not a bucket of this stack.`,
    );
  bucket.filledBy = `bucket deployment ${resource.logicalId}`;
  const prefix = keyPrefix(deployment.DestinationBucketKeyPrefix);
  const filters = { exclude: deployment.Exclude, include: deployment.Include };
  const uploaded = new Set<string>();
  for (const [index, objectKey] of deployment.SourceObjectKeys.entries()) {
    const directory = sourceDirectory(resource, objectKey, target.files);
    const fill = markerFiller(deployment, index, target.localize);
    for await (const [relativePath, body] of filesBelow(directory)) {
      if (!isDeployed(relativePath, filters)) continue;
      const key = prefix + relativePath;
      uploaded.add(key);
      bucket.objects.set(key, await storedObject(key, await fill(body), deployment));
    }
  }
  if (!deployment.Prune) return;
  for (const key of bucket.objects.keys()) {
    const isOwn = key.startsWith(prefix) && isDeployed(key.slice(prefix.length), filters);
    if (isOwn && !uploaded.has(key)) bucket.objects.delete(key);
  }
}

function sourceDirectory(
  resource: Resource,
  objectKey: string,
  files: ReadonlyMap<string, FileAsset>,
): string {
  const asset = files.get(objectKey);
  if (!asset) {
    throw new AssemblyNotFoundError(
      `The asset ${objectKey} of ${resource.logicalId}`,
      'Synthesize the CDK app again.',
    );
  }
  if (asset.packaging !== 'zip') {
    invalidProperty(
      resource,
      'SourceObjectKeys',
      `${asset.path} is a zip file; only directories are supported.`,
    );
  }
  return asset.path;
}

function markerFiller(
  deployment: Deployment,
  index: number,
  localize: (text: string) => string,
): (content: ObjectContent) => ObjectContent | Promise<ObjectContent> {
  const markers = Object.entries(deployment.SourceMarkers[index] ?? {});
  if (markers.length === 0) return (content) => content;
  const { jsonEscape, markerEncodings } = deployment.SourceMarkersConfig[index] ?? {};
  const defaultEncoding = jsonEscape === true ? 'UNQUOTED_JSON_VALUE' : 'LITERAL';
  return async (content) => {
    const whole = Buffer.isBuffer(content) ? content : await readFile(content.file);
    let text = whole.toString('utf8');
    for (const [marker, value] of markers) {
      text = text.replaceAll(marker, () => encodeMarker(value, markerEncodings?.[marker] ?? defaultEncoding));
    }
    return Buffer.from(localize(text));
  };
}

function encodeMarker(value: unknown, encoding: 'LITERAL' | 'UNQUOTED_JSON_VALUE' | 'JSON_VALUE'): string {
  if (encoding === 'LITERAL') return String(value);
  const json = JSON.stringify(value);
  return encoding === 'UNQUOTED_JSON_VALUE' && typeof value === 'string' ? json.slice(1, -1) : json;
}

async function* filesBelow(
  directory: string,
): AsyncGenerator<[relativePath: string, content: ObjectContent]> {
  const found = await stat(directory).catch((cause: unknown) => {
    throw new AssemblyNotFoundError(directory, 'Synthesize the CDK app again.', cause);
  });
  if (!found.isDirectory()) return;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    yield [path.relative(directory, file).split(path.sep).join('/'), await contentOf(file)];
  }
}

/** Makes an object with the metadata of its upload. */
export async function storedObject(
  key: string,
  body: ObjectContent,
  { SystemMetadata, UserMetadata }: Pick<Deployment, 'SystemMetadata' | 'UserMetadata'>,
): Promise<StoredObject> {
  const cacheControl = SystemMetadata['cache-control'];
  const named = {
    'Content-Disposition': SystemMetadata['content-disposition'],
    'Content-Encoding': SystemMetadata['content-encoding'],
    'Content-Language': SystemMetadata['content-language'],
    Expires: SystemMetadata.expires,
  };
  const user = Object.entries(UserMetadata).map(
    ([name, value]) => [`x-amz-meta-${name.toLowerCase().replace(/^x-amz-meta-/, '')}`, value] as const,
  );
  const metadata = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    key,
    body,
    contentType: SystemMetadata['content-type'] ?? (lookup(key) || 'binary/octet-stream'),
    ...(cacheControl === undefined ? {} : { cacheControl }),
    metadata: [...metadata, ...user],
    etag: `"${await md5Of(body)}"`,
    lastModified: new Date(Math.floor(Date.now() / 1000) * 1000),
  };
}
