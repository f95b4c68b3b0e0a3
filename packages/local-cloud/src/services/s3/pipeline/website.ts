import { STATUS_CODES } from 'node:http';
import type { Request, Response } from '../../../http/message';
import type { Bucket, Website } from '../model/bucket';
import { mayAccess } from '../model/bucket-policy';
import {
  commonHeaders,
  errorElements,
  escapeXml,
  noSuchKey,
  S3_ERRORS,
  type S3Error,
} from './error-response';
import { objectKey, objectResponse } from './object-response';

const endpoint = 'website';

/** Responds like a website endpoint: redirect, index document, object or error document; public objects only. */
export async function respondFromWebsite(
  bucket: Bucket,
  website: Website,
  request: Request,
): Promise<Response> {
  const { method, path, trace } = request;
  if ('redirectsTo' in website) {
    const { protocol, hostName } = website.redirectsTo;
    return redirect(request, 301, `${protocol ?? request.protocol}://${hostName}${path}`);
  }
  if (method !== 'GET' && method !== 'HEAD') {
    trace.add('s3', 'method.not-allowed', { method });
    return errorPage(request, S3_ERRORS.methodNotAllowed);
  }
  const requested = objectKey(path);
  if (requested === undefined) {
    trace.add('s3', 'key.encoding-invalid', { path });
    return errorPage(request, S3_ERRORS.accessDenied);
  }
  const key = requested === '' || requested.endsWith('/') ? requested + website.indexDocument : requested;
  const mayRead = (name: string): boolean =>
    mayAccess(bucket, undefined, 's3:GetObject', `${bucket.arn}/${name}`);
  const object = bucket.objects.get(key);
  if (object && mayRead(key)) {
    trace.add('s3', 'object.found', { endpoint, bucket: bucket.name, key });
    return objectResponse(bucket, object, request);
  }
  if (!object && bucket.objects.has(`${key}/${website.indexDocument}`))
    return redirect(request, 302, `${path}/`);

  const reportsMissing = mayRead(key) && mayAccess(bucket, undefined, 's3:ListBucket', bucket.arn);
  if (object) {
    const action = 's3:GetObject';
    const { logicalId } = bucket;
    trace.add('s3', 'access.denied', { endpoint, bucket: logicalId, action, method, key, signed: false });
  } else {
    const error = reportsMissing ? 'NoSuchKey' : 'AccessDenied';
    trace.add('s3', 'object.not-found', { endpoint, key, error });
  }
  const error = reportsMissing ? noSuchKey(key) : S3_ERRORS.accessDenied;
  const document =
    website.errorDocument === undefined ? undefined : bucket.objects.get(website.errorDocument);
  if (!document || !mayRead(document.key)) return errorPage(request, error);
  const unconditional = {
    ...request,
    headers: request.headers.filter((name) => name !== 'range' && !name.startsWith('if-')),
  };
  return { ...(await objectResponse(bucket, document, unconditional)), status: error.status };
}

function redirect({ method, trace }: Request, status: 301 | 302, location: string): Response {
  trace.add('s3', 'website.redirected', { status, location });
  return page(method, status, commonHeaders().set('Location', location), []);
}

function errorPage({ method }: Request, error: S3Error): Response {
  const headers = commonHeaders();
  return page(method, error.status, headers, errorElements(error, headers));
}

function page(
  method: string,
  status: number,
  headers: Response['headers'],
  items: readonly (readonly [name: string, value: string])[],
): Response {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  const list = items.map(([name, value]) => `<li>${name}: ${escapeXml(value)}</li>\n`).join('');
  const body = Buffer.from(
    `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n` +
      `${list === '' ? '' : `<ul>\n${list}</ul>\n`}<hr/>\n</body>\n</html>\n`,
  );
  headers.set('Content-Type', 'text/html; charset=utf-8').set('Content-Length', String(body.length));
  return { status, headers, body: method === 'HEAD' ? undefined : body };
}
