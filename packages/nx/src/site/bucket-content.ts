import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  DeleteObjectsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isDeployed } from '@spa-on-aws/cloudformation';
import { lookup } from 'mime-types';
import { SiteContentError } from '../errors';
import type { Context } from '../executor';
import type { BucketDeployment } from './bucket-deployment';

/** How many objects are uploaded at the same time. */
const CONCURRENCY = 8;

/** Limit of S3 for one request. */
const MAX_DELETIONS = 1000;

/**
 * Uploads new and changed files of a deployment, then deletes old ones.
 *
 * @returns the number of changed and unchanged objects
 */
export async function updateBucket(
  s3: S3Client,
  Bucket: string,
  deployment: BucketDeployment,
  { terminal, interruption: { signal: abortSignal } }: Context,
): Promise<{ readonly changed: number; readonly unchanged: number }> {
  const current = await listObjects(s3, Bucket, deployment.prefix, abortSignal);
  const { uploads, deletions, unchanged } = await findChanges(deployment, current);
  const headers = { Metadata: deployment.userMetadata, ...objectHeaders(deployment.systemMetadata) };
  // All workers share one iterator.
  const waiting = uploads.entries();
  const upload = async (): Promise<void> => {
    for (const [Key, Body] of waiting) {
      // `aws s3 sync` guesses the type in the same way.
      const ContentType = headers.ContentType ?? (lookup(Key) || 'binary/octet-stream');
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...headers, ContentType }), { abortSignal });
      terminal.print(`  + ${Key}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, upload));
  for (let start = 0; start < deletions.length; start += MAX_DELETIONS) {
    const Objects = deletions.slice(start, start + MAX_DELETIONS).map((Key) => ({ Key }));
    const request = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
    const { Errors: [error] = [] } = await s3.send(request, { abortSignal });
    if (error) {
      const { Key, Code, Message } = error;
      throw new SiteContentError(`${Key} in ${Bucket} cannot be deleted: ${Code} ${Message}`);
    }
    for (const { Key } of Objects) terminal.print(`  - ${Key}`);
  }
  return { changed: uploads.size + deletions.length, unchanged };
}

/** Lists keys and MD5 hashes. The ETag of an object that was uploaded in one part is its MD5 hash. */
async function listObjects(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  abortSignal: AbortSignal,
): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  const pages = paginateListObjectsV2({ client }, { Bucket, ...(Prefix && { Prefix }) }, { abortSignal });
  for await (const { Contents = [] } of pages)
    for (const { Key = '', ETag = '' } of Contents) objects.set(Key, ETag.replaceAll('"', ''));
  return objects;
}

/** Returns the objects to upload and to delete so that a bucket has a directory's files. */
async function findChanges(
  deployment: BucketDeployment,
  current: ReadonlyMap<string, string>,
): Promise<{ uploads: Map<string, Buffer>; deletions: string[]; unchanged: number }> {
  const { directory, prefix, prune } = deployment;
  const uploads = new Map<string, Buffer>();
  const wanted = new Set<string>();
  for (const path of await filesBelow(directory)) {
    if (!isDeployed(path, deployment)) continue;
    const key = prefix + path;
    const body = await readFile(join(directory, path));
    wanted.add(key);
    if (current.get(key) !== createHash('md5').update(body).digest('hex')) uploads.set(key, body);
  }
  const isManaged = (key: string): boolean =>
    key.startsWith(prefix) && isDeployed(key.slice(prefix.length), deployment);
  const deletions = prune ? [...current.keys()].filter((key) => isManaged(key) && !wanted.has(key)) : [];
  return { uploads, deletions, unchanged: wanted.size - uploads.size };
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function objectHeaders(metadata: Readonly<Record<string, string>>) {
  return {
    CacheControl: metadata['cache-control'],
    ContentType: metadata['content-type'],
    ContentEncoding: metadata['content-encoding'],
    ContentDisposition: metadata['content-disposition'],
    ContentLanguage: metadata['content-language'],
  };
}
