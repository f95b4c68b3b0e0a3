import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  NoSuchBucket,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Connection } from '../aws/connection';
import type { Context } from '../context';
import { BucketNotEmptyError } from '../errors';
import type { Template } from '../stack/assembly';
import type { DeployedResource } from '../stack/deployed-stack';

/**
 * Returns the logical ids of the buckets that must be emptied before the stack is deleted.
 *
 * The CDK's custom resource empties the buckets with `autoDeleteObjects` during the deletion.
 */
export function bucketsToEmpty(template: Template): string[] {
  const resources = Object.entries(template.Resources);
  const emptiedByCdk = resources
    .filter(([, { Type }]) => Type === 'Custom::S3AutoDeleteObjects')
    .map(([, { Properties }]) => (Properties?.['BucketName'] as { Ref?: string } | undefined)?.Ref);
  return resources
    .filter(
      ([, { Type, DeletionPolicy = 'Delete' }]) => Type === 'AWS::S3::Bucket' && DeletionPolicy === 'Delete',
    )
    .map(([logicalId]) => logicalId)
    .filter((logicalId) => !emptiedByCdk.includes(logicalId));
}

/** Deletes all object versions of some buckets: CloudFormation deletes only empty buckets. */
export async function emptyBuckets(
  buckets: readonly DeployedResource[],
  { clients }: Connection,
  { terminal, interruption }: Context,
): Promise<void> {
  for (const { physicalId } of buckets) {
    terminal.print(`Emptying ${physicalId} …`);
    const count = await emptyBucket(clients.s3, physicalId, interruption.signal, (deleted) =>
      terminal.print(`  ${deleted} deleted`),
    );
    if (count === 0) terminal.print('  it was empty');
  }
}

/** Returns the number of deleted versions; 0 when the bucket does not exist. */
async function emptyBucket(
  s3: S3Client,
  bucket: string,
  signal: AbortSignal,
  onProgress: (deleted: number) => void,
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
        throw new BucketNotEmptyError(
          `${Errors.length} objects in ${bucket} cannot be deleted; ${Key}: ${Code} ${Message}`,
        );
      }
      deleted += Objects.length;
      onProgress(deleted);
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
    return deleted;
  }
}
