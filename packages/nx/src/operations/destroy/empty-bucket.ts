import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  NoSuchBucket,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Connection } from '../checks/connection';
import type { Context } from '../context';
import { BucketNotEmptied } from '../errors';
import type { DeployedResource } from '../stack/deployed-stack';

/**
 * Deletes all objects of a bucket, in all their versions: CloudFormation deletes only empty ones.
 *
 * @param progress is told how many are gone so far
 * @returns how many there were; 0 also when the bucket itself is gone
 */
export async function emptyBucket(
  s3: S3Client,
  bucket: string,
  { signal, progress = () => undefined }: { signal: AbortSignal; progress?: (deleted: number) => void },
): Promise<number> {
  let deleted = 0;
  try {
    for (;;) {
      const page = new ListObjectVersionsCommand({ Bucket: bucket });
      const { Versions = [], DeleteMarkers = [] } = await s3.send(page, { abortSignal: signal });
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) return deleted;
      const request = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await s3.send(request, { abortSignal: signal });
      if (Errors[0]) {
        const { Key, Code, Message } = Errors[0];
        throw new BucketNotEmptied(
          `${Errors.length} of the objects in ${bucket} cannot be deleted; ${Key}: ${Code} ${Message}`,
        );
      }
      deleted += Objects.length;
      progress(deleted);
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
    return deleted;
  }
}

/** Empties several buckets one after the other, and tells how far it is. */
export async function emptyBuckets(
  buckets: readonly DeployedResource[],
  { clients }: Connection,
  { terminal, interruption }: Context,
): Promise<void> {
  for (const { physicalId } of buckets) {
    terminal.print(`Emptying ${physicalId} …`);
    const count = await emptyBucket(clients.s3, physicalId, {
      signal: interruption.signal,
      progress: (deleted) => terminal.print(`  ${deleted} deleted`),
    });
    if (count === 0) terminal.print('  it was empty');
  }
}
