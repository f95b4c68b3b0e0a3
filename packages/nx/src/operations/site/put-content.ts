import { DeleteObjectsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { lookup } from 'mime-types';
import type { Context } from '../context';
import { ContentUndeployable } from '../errors';
import type { BucketDeployment } from './bucket-deployment';
import type { Changes } from './changes';

/** How many objects are put at the same time. */
const CONCURRENCY = 8;

/** Puts new and changed files into a bucket, with the headers of the deployment. */
export async function putObjects(
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

/** The headers an object is served with. */
function headersOf(
  key: string,
  systemMetadata: Readonly<Record<string, string>>,
): Pick<
  PutObjectCommand['input'],
  'CacheControl' | 'ContentType' | 'ContentEncoding' | 'ContentDisposition' | 'ContentLanguage'
> {
  const {
    'cache-control': CacheControl,
    // `aws s3 sync` guesses in the same way.
    'content-type': ContentType = lookup(key) || 'binary/octet-stream',
    'content-encoding': ContentEncoding,
    'content-disposition': ContentDisposition,
    'content-language': ContentLanguage,
  } = systemMetadata;
  return { CacheControl, ContentType, ContentEncoding, ContentDisposition, ContentLanguage };
}

/** Deletes what is no longer built. */
export async function deleteObjects(
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
      throw new ContentUndeployable(
        `${Errors[0].Key} cannot be deleted: ${Errors[0].Code} ${Errors[0].Message}`,
      );
    }
    for (const key of batch) terminal.print(`  - ${key}`);
  }
}
