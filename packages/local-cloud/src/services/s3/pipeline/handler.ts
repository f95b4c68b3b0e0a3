import type { Request, Response } from '../../../http/message';
import type { S3Action, S3Events } from '../../../trace/s3-events';
import { addCorsHeaders, type Bucket, isPreflight, matchingRule } from '../model/bucket';
import { mayAccess, type Signer } from '../model/bucket-policy';
import { commonHeaders, errorResponse, noSuchKey, S3_ERRORS, type S3Error, s3Error } from './error-response';
import { listResponse, objectKey, objectResponse } from './object-response';
import { respondFromWebsite } from './website';
import { writeObject } from './write-object';

const WRITES: Readonly<Record<string, S3Action>> = {
  PUT: 's3:PutObject',
  POST: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

/** Returns the handler for one of the bucket's host names: its REST endpoint, or its website endpoint. */
export function bucketServer(
  bucket: Bucket,
  bucketHost: string,
): (request: Request, signer: Signer | undefined) => Promise<Response> {
  const { website } = bucket;
  if (website?.hosts.includes(bucketHost)) return (request) => respondFromWebsite(bucket, website, request);
  return (request, signer) => {
    const host = request.headers.get('host') ?? '';
    if (host === bucketHost) return respondFromBucket(bucket, request, signer);
    const error = signer
      ? S3_ERRORS.signatureDoesNotMatch
      : s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', ['BucketName', host]);
    const code = signer ? 'SignatureDoesNotMatch' : 'NoSuchBucket';
    request.trace.add('s3', 'host.mismatch', { host, bucketHost, error: code });
    return Promise.resolve(errorResponse(request, error));
  };
}

/** Responds like S3's REST endpoint: CORS, bucket policy, object. The path is the key, percent-encoded. */
export async function respondFromBucket(
  bucket: Bucket,
  request: Request,
  signer: Signer | undefined,
): Promise<Response> {
  if (isPreflight(request)) return preflightResponse(bucket, request);
  const rule = matchingRule(bucket.cors, request);
  const response = await respond(bucket, request, signer);
  if (rule) addCorsHeaders(response.headers, rule, request);
  return response;
}

async function respond(bucket: Bucket, request: Request, signer: Signer | undefined): Promise<Response> {
  const { method, path, trace } = request;
  const reject = <Event extends keyof S3Events>(
    event: Event,
    data: S3Events[Event],
    error: S3Error = S3_ERRORS.accessDenied,
  ): Response => {
    trace.add('s3', event, data);
    return errorResponse(request, error);
  };
  const key = objectKey(path);
  if (key === undefined) return reject('key.encoding-invalid', { path });
  const endpoint = 'rest';
  const allows = (action: S3Action): boolean =>
    mayAccess(bucket, signer, action, action === 's3:ListBucket' ? bucket.arn : `${bucket.arn}/${key}`);
  const denied = (action: S3Action | undefined): Response =>
    reject('access.denied', {
      endpoint,
      bucket: bucket.logicalId,
      action,
      method,
      key,
      signed: signer !== undefined,
    });

  if (method !== 'GET' && method !== 'HEAD') {
    const action = WRITES[method];
    if (!action || !allows(action)) return denied(action);
    // Only roles of API Gateway write.
    if (signer && 'role' in signer) return writeObject(bucket, key, request);
    return reject('write.not-implemented', { method }, S3_ERRORS.notImplemented);
  }
  if (key === '') {
    if (!allows('s3:ListBucket')) return denied('s3:ListBucket');
    trace.add('s3', 'bucket.listed', { bucket: bucket.name });
    return listResponse(bucket, request);
  }
  if (!allows('s3:GetObject')) return denied('s3:GetObject');
  const object = bucket.objects.get(key);
  if (object) {
    trace.add('s3', 'object.found', { endpoint, bucket: bucket.name, key });
    return objectResponse(bucket, object, request);
  }
  return allows('s3:ListBucket')
    ? reject('object.not-found', { endpoint, key, error: 'NoSuchKey' }, noSuchKey(key))
    : reject('object.not-found', { endpoint, key, error: 'AccessDenied' });
}

function preflightResponse(bucket: Bucket, request: Request): Response {
  const rule = matchingRule(bucket.cors, request);
  if (rule) {
    const headers = addCorsHeaders(commonHeaders(), rule, request).set('Content-Length', '0');
    return { status: 200, headers, body: undefined };
  }
  const hasCorsRules = bucket.cors.length > 0;
  const reason = hasCorsRules
    ? 'This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource’s CORS spec.'
    : 'CORS is not enabled for this bucket.';
  request.trace.add('s3', 'preflight.rejected', {
    origin: request.headers.get('origin') ?? '',
    hasCorsRules,
  });
  const method = request.headers.get('access-control-request-method') ?? '';
  const details = [['Method', method] as const, ['ResourceType', 'OBJECT'] as const];
  return errorResponse(request, s3Error(403, 'AccessForbidden', `CORSResponse: ${reason}`, ...details));
}
