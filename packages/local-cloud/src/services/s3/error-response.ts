import { randomBytes } from 'node:crypto';
import { HeaderList } from '../../http/header-list';
import type { Request, Response } from '../../http/message';

/** An error of S3, as its REST endpoint tells it. */
export interface S3Error {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** More elements, e.g. `['Key', 'index.html']`. */
  readonly details?: readonly (readonly [name: string, value: string])[];
}

/** What a bucket says to everything that it will not even talk about. */
export const ACCESS_DENIED: S3Error = { status: 403, code: 'AccessDenied', message: 'Access Denied' };

/** Headers of every response of S3. */
export function commonHeaders(): HeaderList {
  return new HeaderList([
    ['x-amz-request-id', randomBytes(8).toString('hex').toUpperCase()],
    ['x-amz-id-2', randomBytes(48).toString('base64')],
    ['Date', new Date().toUTCString()],
    ['Server', 'AmazonS3'],
  ]);
}

/** An error as XML (rows CF-S3-01 and CF-S3-02); a HEAD gets the status only. */
export function errorResponse(
  { method }: Request,
  { status, code, message, details = [] }: S3Error,
): Response {
  const headers = commonHeaders().set('Content-Type', 'application/xml');
  const elements = [
    ['Code', code],
    ['Message', message],
    ...details,
    ['RequestId', headers.get('x-amz-request-id') ?? ''],
    ['HostId', headers.get('x-amz-id-2') ?? ''],
  ] as const;
  const xml = elements.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${xml}</Error>`);
  if (method === 'HEAD') return { status, headers, body: undefined };
  return { status, headers: headers.set('Content-Length', String(body.length)), body };
}

/** Text as it stands in XML and HTML. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
