import { randomBytes } from 'node:crypto';
import { HeaderList } from '../http/header-list';
import type { Request, Response } from '../http/message';
import type { Bucket, StoredObject } from './bucket';
import { isAllowed } from './bucket-policy';

/** Who signs a request to S3: nobody, or a distribution by its origin access control. */
export interface Signer {
  readonly service: string;
  readonly sourceArn: string;
  readonly accountId: string;
}

/**
 * Answers a request for an object the way S3's REST endpoint does: only what the bucket policy allows.
 *
 * @param request its `path` is the key with a leading slash, percent-encoded
 * @param signer `undefined`: anonymous, which a private bucket refuses
 */
export function answerFromBucket(bucket: Bucket, request: Request, signer: Signer | undefined): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return accessDenied(request);
  const key = objectKey(request.path);
  const allows = (action: 's3:GetObject' | 's3:ListBucket', resource: string): boolean =>
    signer !== undefined &&
    isAllowed(bucket.policy, {
      service: signer.service,
      action,
      resource,
      context: {
        'aws:sourcearn': signer.sourceArn,
        'aws:sourceaccount': signer.accountId,
        'aws:securetransport': 'true',
        's3:tlsversion': '1.3',
      },
    });
  if (key === undefined || !allows('s3:GetObject', `${bucket.arn}/${key}`)) return accessDenied(request);
  const object = bucket.objects.get(key);
  if (object) return objectResponse(object, request);
  if (!allows('s3:ListBucket', bucket.arn)) return accessDenied(request);
  return errorResponse(
    request,
    404,
    'NoSuchKey',
    'The specified key does not exist.',
    `<Key>${escapeXml(key)}</Key>`,
  );
}

function objectKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path.replace(/^\//, ''));
  } catch {
    return undefined;
  }
}

function commonHeaders(): HeaderList {
  return new HeaderList([
    ['x-amz-request-id', requestId()],
    ['x-amz-id-2', randomBytes(48).toString('base64')],
    ['Date', new Date().toUTCString()],
    ['Server', 'AmazonS3'],
  ]);
}

function objectResponse(object: StoredObject, request: Request): Response {
  const headers = commonHeaders()
    .set('Last-Modified', object.lastModified.toUTCString())
    .set('ETag', object.etag)
    .set('x-amz-server-side-encryption', 'AES256');
  if (object.cacheControl !== undefined) headers.set('Cache-Control', object.cacheControl);
  if (isNotModified(object, request.headers)) return { status: 304, headers, body: undefined };
  headers
    .set('Accept-Ranges', 'bytes')
    .set('Content-Type', object.contentType)
    .set('Content-Length', String(object.body.length));
  return { status: 200, headers, body: request.method === 'HEAD' ? undefined : object.body };
}

/** RFC 9110, section 13.2.2: `If-None-Match` decides when it is there. */
function isNotModified(object: StoredObject, headers: HeaderList): boolean {
  const tags = headers.get('if-none-match');
  if (tags !== undefined) {
    return tags.split(',').some((tag) => ['*', object.etag].includes(tag.trim().replace(/^W\//, '')));
  }
  const since = Date.parse(headers.get('if-modified-since') ?? '');
  return !Number.isNaN(since) && object.lastModified.getTime() <= since;
}

function accessDenied(request: Request): Response {
  return errorResponse(request, 403, 'AccessDenied', 'Access Denied', '');
}

/** Rows CF-S3-01 and CF-S3-02. */
function errorResponse(
  request: Request,
  status: number,
  code: string,
  message: string,
  extra: string,
): Response {
  const headers = commonHeaders().set('Content-Type', 'application/xml');
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${extra}` +
      `<RequestId>${headers.get('x-amz-request-id') ?? ''}</RequestId><HostId>${headers.get('x-amz-id-2') ?? ''}</HostId></Error>`,
  );
  headers.set('Content-Length', String(body.length));
  return { status, headers, body: request.method === 'HEAD' ? undefined : body };
}

function requestId(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
