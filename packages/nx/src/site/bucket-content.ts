import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  type _Object,
  DeleteObjectsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isDeployed } from '@spa-on-aws/cloudformation';
import { lookup } from 'mime-types';
import type { Context } from '../context';
import { SiteContentError } from '../errors';
import type { BucketDeployment } from './bucket-deployment';

/** How many objects are uploaded at the same time. */
const CONCURRENCY = 8;

/** Objects to upload and delete so that a bucket has a directory's files. */
interface Changes {
  readonly uploads: readonly { readonly key: string; readonly body: Buffer }[];
  readonly deletions: readonly string[];
  readonly unchanged: number;
}

/**
 * Uploads new and changed files of a deployment, then deletes old ones.
 *
 * @returns the number of changed and unchanged objects
 */
export async function updateBucket(
  s3: S3Client,
  bucket: string,
  deployment: BucketDeployment,
  context: Context,
): Promise<{ readonly changed: number; readonly unchanged: number }> {
  const current = await listObjects(s3, bucket, deployment.prefix, context.interruption.signal);
  const changes = await findChanges(deployment, current);
  await putObjects(s3, bucket, deployment, changes, context);
  await deleteObjects(s3, bucket, changes, context);
  return { changed: changes.uploads.length + changes.deletions.length, unchanged: changes.unchanged };
}

/** Lists keys and MD5 hashes. The ETag of an object that was uploaded in one part is its MD5 hash. */
async function listObjects(
  s3: S3Client,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  const input = { Bucket: bucket, ...(prefix === '' ? {} : { Prefix: prefix }) };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input, {
    abortSignal: signal,
  })) {
    for (const { Key = '', ETag = '' } of Contents as _Object[]) objects.set(Key, ETag.replaceAll('"', ''));
  }
  return objects;
}

async function findChanges(
  deployment: BucketDeployment,
  current: ReadonlyMap<string, string>,
): Promise<Changes> {
  const { directory, prefix, prune } = deployment;
  const uploads: { key: string; body: Buffer }[] = [];
  const wanted = new Set<string>();
  for (const path of await filesBelow(directory)) {
    if (!isDeployed(path, deployment)) continue;
    const key = prefix + path;
    const body = await readFile(join(directory, path));
    wanted.add(key);
    if (current.get(key) !== createHash('md5').update(body).digest('hex')) uploads.push({ key, body });
  }
  const isManaged = (key: string): boolean =>
    key.startsWith(prefix) && isDeployed(key.slice(prefix.length), deployment);
  const deletions = prune ? [...current.keys()].filter((key) => isManaged(key) && !wanted.has(key)) : [];
  return { uploads, deletions, unchanged: wanted.size - uploads.length };
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

async function putObjects(
  s3: S3Client,
  bucket: string,
  { systemMetadata, userMetadata }: BucketDeployment,
  { uploads }: Changes,
  { terminal, interruption }: Context,
): Promise<void> {
  const waiting = [...uploads];
  const put = async (): Promise<void> => {
    for (let upload = waiting.shift(); upload; upload = waiting.shift()) {
      const { key, body } = upload;
      const request = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        Metadata: userMetadata,
        ...headersOf(key, systemMetadata),
      });
      await s3.send(request, { abortSignal: interruption.signal });
      terminal.print(`  + ${key}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, put));
}

function headersOf(
  key: string,
  systemMetadata: Readonly<Record<string, string>>,
): Pick<
  PutObjectCommand['input'],
  'CacheControl' | 'ContentType' | 'ContentEncoding' | 'ContentDisposition' | 'ContentLanguage'
> {
  const {
    'cache-control': CacheControl,
    // `aws s3 sync` guesses the type in the same way.
    'content-type': ContentType = lookup(key) || 'binary/octet-stream',
    'content-encoding': ContentEncoding,
    'content-disposition': ContentDisposition,
    'content-language': ContentLanguage,
  } = systemMetadata;
  return { CacheControl, ContentType, ContentEncoding, ContentDisposition, ContentLanguage };
}

async function deleteObjects(
  s3: S3Client,
  bucket: string,
  { deletions }: Changes,
  { terminal, interruption }: Context,
): Promise<void> {
  for (let start = 0; start < deletions.length; start += 1000) {
    const batch = deletions.slice(start, start + 1000);
    const request = new DeleteObjectsCommand({
      Bucket: bucket,
      Delete: { Objects: batch.map((Key) => ({ Key })), Quiet: true },
    });
    const { Errors = [] } = await s3.send(request, { abortSignal: interruption.signal });
    if (Errors[0]) {
      const { Key, Code, Message } = Errors[0];
      throw new SiteContentError(`${Key} in ${bucket} cannot be deleted: ${Code} ${Message}`);
    }
    for (const key of batch) terminal.print(`  - ${key}`);
  }
}
