import type { Request, Response } from '../../http/message';
import type { Bucket } from './bucket';
import { commonHeaders, escapeXml } from './error-response';
import { sizeOf } from './object-content';

const MAX_KEYS = 1_000;

/** The first keys of a bucket, as S3 lists them at the bucket's root. */
export function listResponse({ name, objects }: Bucket, request: Request): Response {
  const keys = [...objects.keys()].sort();
  const contents = keys.slice(0, MAX_KEYS).flatMap((key) => {
    const object = objects.get(key);
    if (!object) return [];
    return (
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${object.lastModified.toISOString()}</LastModified>` +
      `<ETag>${escapeXml(object.etag)}</ETag><Size>${sizeOf(object.body)}</Size><StorageClass>STANDARD</StorageClass></Contents>`
    );
  });
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
      `<Name>${escapeXml(name)}</Name><Prefix></Prefix><Marker></Marker><MaxKeys>${MAX_KEYS}</MaxKeys>` +
      `<IsTruncated>${keys.length > MAX_KEYS}</IsTruncated>${contents.join('')}</ListBucketResult>`,
  );
  const headers = commonHeaders()
    .set('Content-Type', 'application/xml')
    .set('Content-Length', String(body.length));
  return { status: 200, headers, body: request.method === 'HEAD' ? undefined : body };
}
