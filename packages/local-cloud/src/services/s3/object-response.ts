import { createHash } from 'node:crypto';
import { selectRange } from '../../http/byte-range';
import type { Request, Response } from '../../http/message';
import { checkPreconditions, isRangeOfThis } from '../../http/preconditions';
import type { Bucket, StoredObject } from './bucket';
import { commonHeaders, errorResponse } from './error-response';
import { ContentChangedError, readContent, sizeOf } from './object-content';

/** An object as S3 gives it: its metadata, conditions and ranges (rows CF-S3-05, CF-RANGE-01 and CF-HEAD-01). */
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
  if (condition === 'failed') {
    return errorResponse(request, {
      status: 412,
      code: 'PreconditionFailed',
      message: 'At least one of the pre-conditions you specified did not hold',
    });
  }
  for (const [name, value] of object.metadata ?? []) headers.set(name, value);
  headers.set('Accept-Ranges', 'bytes').set('Content-Type', object.contentType);

  const size = sizeOf(object.body);
  const asked = isRangeOfThis(request.headers, validators) ? request.headers.get('range') : undefined;
  const range = selectRange(asked, size);
  if (range === 'unsatisfiable') {
    return errorResponse(request, {
      status: 416,
      code: 'InvalidRange',
      message: 'The requested range is not satisfiable',
      details: [
        ['RangeRequested', asked ?? ''],
        ['ActualObjectSize', String(size)],
      ],
    });
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
    request.trace.note('S3', error.message);
    return errorResponse(request, {
      status: 500,
      code: 'InternalError',
      message: 'We encountered an internal error. Please try again.',
    });
  }
}

/** The same as long as the content is. */
function versionId({ key, etag }: StoredObject): string {
  return createHash('sha256').update(`${key} ${etag}`).digest('base64url').slice(0, 32);
}
