import { createHash } from 'node:crypto';
import type { Request, Response } from '../../../http/message';
import { checkPreconditions } from '../../../http/preconditions';
import { readAtMost } from '../../../http/read-at-most';
import type { Bucket } from '../model/bucket';
import { storedObject } from '../bucket-deployment';
import { commonHeaders, errorResponse, S3_ERRORS, type S3Error, s3Error } from './error-response';
import { versionId } from './object-response';

/** More than API Gateway sends. */
const MAX_BYTES = 10 * 1_048_576;

/** Headers and parameters of other operations: copies, parts of uploads, ACLs, tags. */
const NOT_SUPPORTED = /^(?:x-amz-copy-source|x-amz-write-offset-bytes|x-amz-object-lock-.*)$/;

/** Responds to `PutObject` and `DeleteObject`, which change the objects in memory (row AG-IN-07). */
export async function writeObject(bucket: Bucket, key: string, request: Request): Promise<Response> {
  const { method, query, headers, trace } = request;
  const header = [...headers].map(([name]) => name.toLowerCase()).find((name) => NOT_SUPPORTED.test(name));
  const parameters = query.replaceAll(/(?:^|&)x-id=\w+/g, '');
  if (key === '' || header !== undefined || parameters !== '' || method === 'POST') {
    trace.add('s3', 'write.not-implemented', { method, ...(header !== undefined && { header }) });
    return errorResponse(request, S3_ERRORS.notImplemented);
  }
  if (bucket.filledBy !== undefined) {
    trace.add('s3', 'write.read-only', { method, bucket: bucket.name, filledBy: bucket.filledBy });
    const message = `Bucket ${bucket.name} is read-only on this machine: ${bucket.filledBy} fills it. Write to another bucket.`;
    return errorResponse(request, s3Error(501, 'NotImplemented', message));
  }
  const fail = (error: S3Error): Response => {
    trace.add('s3', 'write.failed', { key, error: error.code });
    return errorResponse(request, error);
  };
  const before = bucket.objects.get(key);
  if (method === 'DELETE') {
    bucket.objects.delete(key);
    trace.add('s3', 'object.deleted', { bucket: bucket.name, key });
    const answer = commonHeaders();
    if (bucket.isVersioned) answer.set('x-amz-delete-marker', 'true');
    return { status: 204, headers: answer, body: undefined };
  }
  const isUnchanged =
    (!headers.has('if-match') && !headers.has('if-none-match')) ||
    (before
      ? checkPreconditions(headers, { etag: before.etag, lastModified: before.lastModified.getTime() }) ===
        'proceed'
      : !headers.has('if-match'));
  if (!isUnchanged) return fail(S3_ERRORS.preconditionFailed);
  const body = request.body ? await readAtMost(request.body, MAX_BYTES) : Buffer.alloc(0);
  if (body === 'too large') {
    const message = 'Your proposed upload exceeds the maximum allowed size';
    return fail(s3Error(400, 'EntityTooLarge', message));
  }
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64')) {
    const message = 'The Content-MD5 you specified did not match what we received.';
    return fail(s3Error(400, 'BadDigest', message));
  }
  const object = await storedObject(key, body, {
    SystemMetadata: {
      'content-type': headers.get('content-type') ?? 'binary/octet-stream',
      'cache-control': headers.get('cache-control'),
      'content-disposition': headers.get('content-disposition'),
      'content-encoding': headers.get('content-encoding'),
      'content-language': headers.get('content-language'),
      expires: headers.get('expires'),
    },
    UserMetadata: Object.fromEntries(
      [...headers].filter(([name]) => name.toLowerCase().startsWith('x-amz-meta-')),
    ),
  });
  bucket.objects.set(key, object);
  trace.add('s3', 'object.stored', { bucket: bucket.name, key, bytes: body.length });
  const answer = commonHeaders()
    .set('ETag', object.etag)
    .set('x-amz-server-side-encryption', 'AES256')
    .set('Content-Length', '0');
  if (bucket.isVersioned) answer.set('x-amz-version-id', versionId(object));
  return { status: 200, headers: answer, body: undefined };
}
