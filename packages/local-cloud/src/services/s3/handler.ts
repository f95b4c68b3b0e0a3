import type { Request, Response } from '../../http/message';
import type { Bucket } from './bucket';
import { addCorsHeaders, isPreflight, matchingRule } from './cors';
import { ACCESS_DENIED, commonHeaders, errorResponse, type S3Error } from './error-response';
import { mayAccess, type S3Action, type Signer } from './object-access';
import { objectKey } from './object-key';
import { listResponse } from './object-list';
import { objectResponse } from './object-response';
import { answerFromWebsite } from './website';

export type { Signer } from './object-access';

const SERVICE = 'S3';

/** Answers for one of the bucket's host names: its REST endpoint, or its website. */
export function bucketServer(
  bucket: Bucket,
  host: string,
): (request: Request, signer: Signer | undefined) => Promise<Response> {
  const { website } = bucket;
  if (website?.hosts.includes(host)) return (request) => answerFromWebsite(bucket, website, request);
  return (request, signer) => {
    const asked = request.headers.get('host');
    if (asked === host) return answerFromBucket(bucket, request, signer);
    request.trace.note(
      SERVICE,
      `refused: the request came for host ${asked ?? ''}, and the bucket is ${host}`,
    );
    return Promise.resolve(
      errorResponse(request, signer ? SIGNATURE_DOES_NOT_MATCH : noSuchBucket(asked ?? '')),
    );
  };
}

/**
 * Answers a request for an object the way S3's REST endpoint does: only what the bucket policy allows.
 *
 * @param request its `path` is the key with a leading slash, percent-encoded
 * @param signer `undefined`: anonymous
 */
export async function answerFromBucket(
  bucket: Bucket,
  request: Request,
  signer: Signer | undefined,
): Promise<Response> {
  const rule = matchingRule(bucket.cors, request);
  if (isPreflight(request)) return preflightResponse(bucket, request);
  const response = await answer(bucket, request, signer);
  if (rule) addCorsHeaders(response.headers, rule, request);
  return response;
}

async function answer(bucket: Bucket, request: Request, signer: Signer | undefined): Promise<Response> {
  const refuse = (reason: string, error: S3Error = ACCESS_DENIED): Response => {
    request.trace.note(SERVICE, `${error.code}: ${reason}`);
    return errorResponse(request, error);
  };
  const key = objectKey(request.path);
  if (key === undefined) return refuse(`${request.path} is not percent-encoded as it should be`);
  const allows = (action: S3Action): boolean =>
    mayAccess(bucket, signer, action, action === 's3:ListBucket' ? bucket.arn : `${bucket.arn}/${key}`);
  const who = signer ? 'the distribution' : 'everybody (the request is not signed)';

  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead) {
    const action = WRITES[request.method];
    if (!action || !allows(action))
      return refuse(`the bucket policy of ${bucket.logicalId} does not allow ${who} to ${request.method}`);
    return refuse(`the bucket policy would let it, but the local cloud does not write`, NOT_IMPLEMENTED);
  }
  if (key === '') {
    if (!allows('s3:ListBucket')) return refuse(`the bucket policy gives ${who} no s3:ListBucket`);
    request.trace.note(
      SERVICE,
      `lists bucket ${bucket.name}: the path is empty and s3:ListBucket is allowed`,
    );
    return listResponse(bucket, request);
  }
  if (!allows('s3:GetObject')) return refuse(`the bucket policy gives ${who} no s3:GetObject on ${key}`);
  const object = bucket.objects.get(key);
  if (object) {
    request.trace.note(SERVICE, `found ${key} in bucket ${bucket.name}`);
    return objectResponse(bucket, object, request);
  }
  if (!allows('s3:ListBucket')) {
    return refuse(
      `there is no ${key}, which S3 does not tell to who may not list the bucket: 403 instead of 404 (no s3:ListBucket)`,
    );
  }
  return refuse(`there is no ${key}`, {
    status: 404,
    code: 'NoSuchKey',
    message: 'The specified key does not exist.',
    details: [['Key', key]],
  });
}

const WRITES: Readonly<Record<string, S3Action>> = {
  PUT: 's3:PutObject',
  POST: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

const NOT_IMPLEMENTED: S3Error = {
  status: 501,
  code: 'NotImplemented',
  message: 'A header you provided implies functionality that is not implemented',
};

const SIGNATURE_DOES_NOT_MATCH: S3Error = {
  status: 403,
  code: 'SignatureDoesNotMatch',
  message:
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
};

function noSuchBucket(name: string): S3Error {
  return {
    status: 404,
    code: 'NoSuchBucket',
    message: 'The specified bucket does not exist',
    details: [['BucketName', name]],
  };
}

function preflightResponse(bucket: Bucket, request: Request): Response {
  const rule = matchingRule(bucket.cors, request);
  if (rule) {
    const headers = addCorsHeaders(commonHeaders(), rule, request).set('Content-Length', '0');
    return { status: 200, headers, body: undefined };
  }
  const reason =
    bucket.cors.length === 0
      ? 'CORS is not enabled for this bucket.'
      : 'This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource’s CORS spec.';
  request.trace.note(SERVICE, `AccessForbidden: ${reason}`);
  return errorResponse(request, {
    status: 403,
    code: 'AccessForbidden',
    message: `CORSResponse: ${reason}`,
    details: [
      ['Method', request.headers.get('access-control-request-method') ?? ''],
      ['ResourceType', 'OBJECT'],
    ],
  });
}
