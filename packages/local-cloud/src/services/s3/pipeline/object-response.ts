import { createHash } from 'node:crypto';
import { checkPreconditions, isRangeOfThis, selectRange } from '../../../http/preconditions';
import type { Request, Response } from '../../../http/message';
import type { Bucket, StoredObject } from '../model/bucket';
import { ContentChangedError, readContent, sizeOf } from '../object-content';
import { commonHeaders, errorResponse, escapeXml, S3_ERRORS, s3Error } from './error-response';

/** Returns the key of a path, with `+` as a space (row CF-S3-06); `undefined` for an invalid percent-encoding. */
export function objectKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path.replace(/^\//, '').replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Responds with an object: metadata, preconditions and ranges (rows CF-S3-05, CF-RANGE-01 and CF-HEAD-01). */
export async function objectResponse(
  bucket: Bucket,
  object: StoredObject,
  request: Request,
): Promise<Response> {
  const headers = commonHeaders()
    .set('Last-Modified', object.lastModified.toUTCString())
    .set('ETag', object.etag)
    .set('x-amz-server-side-encryption', 'AES256');
  if (bucket.isVersioned) headers.set('x-amz-version-id', versionId(object));
  if (object.cacheControl !== undefined) headers.set('Cache-Control', object.cacheControl);
  const validators = { etag: object.etag, lastModified: object.lastModified.getTime() };
  const condition = checkPreconditions(request.headers, validators);
  if (condition === 'notModified') return { status: 304, headers, body: undefined };
  if (condition === 'failed') return errorResponse(request, S3_ERRORS.preconditionFailed);
  for (const [name, value] of object.metadata ?? []) headers.set(name, value);
  headers.set('Accept-Ranges', 'bytes').set('Content-Type', object.contentType);

  const size = sizeOf(object.body);
  const requested = isRangeOfThis(request.headers, validators) ? request.headers.get('range') : undefined;
  const range = selectRange(requested, size);
  if (range === 'unsatisfiable') {
    const details = [
      ['RangeRequested', requested ?? ''] as const,
      ['ActualObjectSize', String(size)] as const,
    ];
    const message = 'The requested range is not satisfiable';
    return errorResponse(request, s3Error(416, 'InvalidRange', message, ...details));
  }
  const part = range === 'whole' ? undefined : range;
  if (part) headers.set('Content-Range', `bytes ${part.start}-${part.end}/${size}`);
  headers.set('Content-Length', String(part ? part.end - part.start + 1 : size));
  const status = part ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers, body: undefined };
  try {
    return { status, headers, body: await readContent(object.body, part) };
  } catch (error) {
    if (!(error instanceof ContentChangedError)) throw error;
    request.trace.add('s3', 'object.file-changed', { file: error.file });
    return errorResponse(request, S3_ERRORS.internalError);
  }
}

/** Depends on key and content only. */
export function versionId({ key, etag }: StoredObject): string {
  return createHash('sha256').update(`${key} ${etag}`).digest('base64url').slice(0, 32);
}

const MAX_KEYS = 1_000;

/** Responds with a list of the bucket's first 1,000 keys. */
export function listResponse({ name, objects }: Bucket, request: Request): Response {
  const sorted = [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const contents = sorted
    .slice(0, MAX_KEYS)
    .map(
      ({ key, lastModified, etag, body }) =>
        `<Contents><Key>${escapeXml(key)}</Key><LastModified>${lastModified.toISOString()}</LastModified>` +
        `<ETag>${escapeXml(etag)}</ETag><Size>${sizeOf(body)}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
      `<Name>${escapeXml(name)}</Name><Prefix></Prefix><Marker></Marker><MaxKeys>${MAX_KEYS}</MaxKeys>` +
      `<IsTruncated>${sorted.length > MAX_KEYS}</IsTruncated>${contents.join('')}</ListBucketResult>`,
  );
  const headers = commonHeaders()
    .set('Content-Type', 'application/xml')
    .set('Content-Length', String(body.length));
  return { status: 200, headers, body: request.method === 'HEAD' ? undefined : body };
}
