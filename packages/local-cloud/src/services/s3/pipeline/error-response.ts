import { randomBytes } from 'node:crypto';
import { HeaderList } from '../../../http/header-list';
import type { Request, Response } from '../../../http/message';

export interface S3Error {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** More elements, e.g. `['Key', 'index.html']`. */
  readonly details: readonly (readonly [name: string, value: string])[];
}

export function s3Error(
  status: number,
  code: string,
  message: string,
  ...details: readonly (readonly [name: string, value: string])[]
): S3Error {
  return { status, code, message, details };
}

/** Errors of S3 whose text does not depend on the request. */
export const S3_ERRORS = {
  accessDenied: s3Error(403, 'AccessDenied', 'Access Denied'),
  signatureDoesNotMatch: s3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ),
  methodNotAllowed: s3Error(
    405,
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
  ),
  preconditionFailed: s3Error(
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
  ),
  internalError: s3Error(500, 'InternalError', 'We encountered an internal error. Please try again.'),
  notImplemented: s3Error(
    501,
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
  ),
};

export function noSuchKey(key: string): S3Error {
  return s3Error(404, 'NoSuchKey', 'The specified key does not exist.', ['Key', key]);
}

export function commonHeaders(): HeaderList {
  return new HeaderList([
    ['x-amz-request-id', randomBytes(8).toString('hex').toUpperCase()],
    ['x-amz-id-2', randomBytes(48).toString('base64')],
    ['Date', new Date().toUTCString()],
    ['Server', 'AmazonS3'],
  ]);
}

export function errorElements(
  { code, message, details }: S3Error,
  headers: HeaderList,
): readonly (readonly [name: string, value: string])[] {
  return [
    ['Code', code],
    ['Message', message],
    ...details,
    ['RequestId', headers.get('x-amz-request-id') ?? ''],
    ['HostId', headers.get('x-amz-id-2') ?? ''],
  ];
}

/** Responds with an error in XML (rows CF-S3-01 and CF-S3-02); to HEAD without a body. */
export function errorResponse({ method }: Request, error: S3Error): Response {
  const headers = commonHeaders().set('Content-Type', 'application/xml');
  const xml = errorElements(error, headers)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${xml}</Error>`);
  const { status } = error;
  if (method === 'HEAD') return { status, headers, body: undefined };
  return { status, headers: headers.set('Content-Length', String(body.length)), body };
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
