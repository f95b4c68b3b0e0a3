import type { HopOf } from '../trace/trace';
import type { HopDescription } from './describe-hop';

export function describeS3(hop: HopOf<'s3'>): HopDescription {
  const isWebsite =
    'endpoint' in hop.data ? hop.data.endpoint === 'website' : hop.event === 'website.redirected';
  return { service: isWebsite ? 'S3 website' : 'S3', sentence: sentenceOf(hop), facts: {} };
}

function sentenceOf(hop: HopOf<'s3'>): string {
  switch (hop.event) {
    case 'object.found':
      return `found ${hop.data.key} in bucket ${hop.data.bucket}`;
    case 'bucket.listed':
      return `lists bucket ${hop.data.bucket}: the path is empty, and s3:ListBucket is allowed`;
    case 'object.not-found': {
      const { error, key } = hop.data;
      const hidden =
        error === 'AccessDenied' ? '; without s3:ListBucket, S3 responds with 403 instead of 404' : '';
      return `${error}: there is no object ${key}${hidden}`;
    }
    case 'access.denied': {
      const { bucket, action, method, key, signed } = hop.data;
      const caller = signed ? 'the distribution' : 'unsigned requests';
      const object = key === '' ? '' : ` on ${key}`;
      return `AccessDenied: the policy of bucket ${bucket} does not allow ${caller} ${action ?? method}${object}`;
    }
    case 'key.encoding-invalid':
      return `AccessDenied: the percent-encoding of ${hop.data.path} is invalid`;
    case 'host.mismatch':
      return `${hop.data.error}: the Host header is ${hop.data.host}, and the bucket's host is ${hop.data.bucketHost}`;
    case 'method.not-allowed':
      return `MethodNotAllowed: a website endpoint does not accept ${hop.data.method}`;
    case 'write.not-implemented':
      return `NotImplemented: ${hop.data.method}${hop.data.header === undefined ? '' : ` with ${hop.data.header}`} is allowed, but the local cloud does not do it`;
    case 'write.read-only': {
      const { method, bucket, filledBy } = hop.data;
      return `NotImplemented: ${method} is refused, because ${filledBy} fills bucket ${bucket}; write to another bucket`;
    }
    case 'write.failed':
      return `${hop.data.error}: ${hop.data.key} was not stored`;
    case 'object.stored':
      return `stored ${hop.data.key} in bucket ${hop.data.bucket} (${hop.data.bytes} bytes, until the local cloud ends)`;
    case 'object.deleted':
      return `deleted ${hop.data.key} from bucket ${hop.data.bucket}`;
    case 'preflight.rejected':
      return hop.data.hasCorsRules
        ? `AccessForbidden: no CORS rule of the bucket allows this request of ${hop.data.origin}`
        : 'AccessForbidden: the bucket has no CORS rules';
    case 'object.file-changed':
      return `InternalError: ${hop.data.file} changed after its upload; restart to upload it again`;
    case 'website.redirected':
      return `redirects to ${hop.data.location}`;
  }
}
