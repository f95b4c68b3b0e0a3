type S3Endpoint = 'rest' | 'website';

export type S3Action = 's3:GetObject' | 's3:ListBucket' | 's3:PutObject' | 's3:DeleteObject';

/** Events of S3: event name to its data. */
export interface S3Events {
  'object.found': { endpoint: S3Endpoint; bucket: string; key: string };
  'bucket.listed': { bucket: string };
  /** Answers with 403 (AccessDenied, without s3:ListBucket) or 404 (NoSuchKey). */
  'object.not-found': { endpoint: S3Endpoint; key: string; error: 'AccessDenied' | 'NoSuchKey' };
  /** Answers with 403. `action`: `undefined` for a method that S3 does not have. */
  'access.denied': {
    endpoint: S3Endpoint;
    bucket: string;
    action: S3Action | undefined;
    method: string;
    key: string;
    signed: boolean;
  };
  /** Answers with 403. */
  'key.encoding-invalid': { path: string };
  /** Answers with 403 (SignatureDoesNotMatch) or 404 (NoSuchBucket). */
  'host.mismatch': { host: string; bucketHost: string; error: 'SignatureDoesNotMatch' | 'NoSuchBucket' };
  /** Answers with 405. */
  'method.not-allowed': { method: string };
  'object.stored': { bucket: string; key: string; bytes: number };
  'object.deleted': { bucket: string; key: string };
  /** Answers with 501: allowed, but the local cloud does not do it. `header`: the header that asks for it. */
  'write.not-implemented': { method: string; header?: string };
  /** Answers with 412 or 400: a precondition, the size or the checksum. */
  'write.failed': { key: string; error: string };
  /** Answers with 501: what fills the bucket would undo the write. */
  'write.read-only': { method: string; bucket: string; filledBy: string };
  /** Answers with 403. */
  'preflight.rejected': { origin: string; hasCorsRules: boolean };
  /** Answers with 500: the file changed after its upload. */
  'object.file-changed': { file: string };
  'website.redirected': { status: 301 | 302; location: string };
}
