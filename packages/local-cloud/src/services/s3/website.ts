import { STATUS_CODES } from 'node:http';
import type { Request, Response } from '../../http/message';
import type { Bucket } from './bucket';
import { ACCESS_DENIED, commonHeaders, escapeXml, type S3Error } from './error-response';
import { mayAccess } from './object-access';
import { objectKey } from './object-key';
import { objectResponse } from './object-response';
import type { Website } from './website-configuration';

const SERVICE = 'S3 website';

/** Answers as a bucket's website endpoint does: index and error documents, and only what everybody may read. */
export async function answerFromWebsite(
  bucket: Bucket,
  website: Website,
  request: Request,
): Promise<Response> {
  if ('redirectsTo' in website) {
    const { protocol, hostName } = website.redirectsTo;
    return redirect(request, 301, `${protocol ?? request.protocol}://${hostName}${request.path}`);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return errorPage(request, {
      status: 405,
      code: 'MethodNotAllowed',
      message: 'The specified method is not allowed against this resource.',
    });
  }
  const asked = objectKey(request.path);
  if (asked === undefined) return errorPage(request, ACCESS_DENIED);
  const key = asked === '' || asked.endsWith('/') ? asked + website.indexDocument : asked;
  const mayRead = (name: string): boolean =>
    mayAccess(bucket, undefined, 's3:GetObject', `${bucket.arn}/${name}`);
  const object = bucket.objects.get(key);
  if (object && mayRead(key)) {
    request.trace.note(SERVICE, `found ${key} in bucket ${bucket.name}`);
    return objectResponse(bucket, object, request);
  }
  if (!object && bucket.objects.has(`${key}/${website.indexDocument}`)) {
    return redirect(request, 302, `${request.path}/`);
  }

  const isTold = mayRead(key) && mayAccess(bucket, undefined, 's3:ListBucket', bucket.arn);
  const error: S3Error = isTold
    ? {
        status: 404,
        code: 'NoSuchKey',
        message: 'The specified key does not exist.',
        details: [['Key', key]],
      }
    : ACCESS_DENIED;
  request.trace.note(
    SERVICE,
    isTold
      ? `NoSuchKey: there is no ${key}`
      : object
        ? `AccessDenied: the bucket policy does not let everybody read ${key}`
        : `AccessDenied: there is no ${key}, which is not told to who may not list the bucket`,
  );
  const document =
    website.errorDocument === undefined ? undefined : bucket.objects.get(website.errorDocument);
  if (!document || !mayRead(document.key)) return errorPage(request, error);
  const plain = {
    ...request,
    headers: request.headers.filter((name) => name !== 'range' && !name.startsWith('if-')),
  };
  return { ...(await objectResponse(bucket, document, plain)), status: error.status };
}

function redirect({ method, trace }: Request, status: 301 | 302, location: string): Response {
  trace.note(SERVICE, `sends to ${location}`);
  return page(method, status, commonHeaders().set('Location', location), []);
}

function errorPage({ method }: Request, { status, code, message, details = [] }: S3Error): Response {
  const headers = commonHeaders();
  return page(method, status, headers, [
    ['Code', code],
    ['Message', message],
    ...details,
    ['RequestId', headers.get('x-amz-request-id') ?? ''],
    ['HostId', headers.get('x-amz-id-2') ?? ''],
  ]);
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
