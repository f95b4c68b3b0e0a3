import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type _Object, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { BucketDeployment } from './bucket-deployment';
import { isSelected } from './filters';

/** What has to be done to a bucket so that it holds a directory's files. */
export interface Changes {
  readonly uploads: readonly { readonly key: string; readonly body: Buffer }[];
  readonly deletions: readonly string[];
  /** How many files the bucket already has as they are. */
  readonly unchanged: number;
}

/** What a bucket holds: keys and the MD5 of what is behind them, which is the ETag of an object put in one piece. */
export async function listObjects(
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

/** Compares the files a deployment is about with what the bucket holds. */
export async function findChanges(
  deployment: BucketDeployment,
  held: ReadonlyMap<string, string>,
): Promise<Changes> {
  const { directory, prefix, prune } = deployment;
  const uploads: { key: string; body: Buffer }[] = [];
  const wanted = new Set<string>();
  for (const path of await filesBelow(directory)) {
    if (!isSelected(path, deployment)) continue;
    const key = prefix + path;
    const body = await readFile(join(directory, path));
    wanted.add(key);
    if (held.get(key) !== createHash('md5').update(body).digest('hex')) uploads.push({ key, body });
  }
  const isOurs = (key: string): boolean =>
    key.startsWith(prefix) && isSelected(key.slice(prefix.length), deployment);
  const deletions = prune ? [...held.keys()].filter((key) => isOurs(key) && !wanted.has(key)) : [];
  return { uploads, deletions, unchanged: wanted.size - uploads.length };
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
