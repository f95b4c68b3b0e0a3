import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Response } from '../../../../http/message';
import type { Distribution } from '../../model/distribution';
import { type Edge, EDGE_LOCATION, type EdgeResponse } from '../exchange';

/** Returns the edge location of a distribution. */
export function edgeOf({ id }: Distribution): Edge {
  return { via: `${createHash('md5').update(id).digest('hex')}.cloudfront.net (CloudFront)` };
}

/** Returns a new request id, `X-Amz-Cf-Id` (row CF-RESP-01). */
export function newRequestId(): string {
  return `${randomBytes(40).toString('base64url')}==`;
}

/** Adds the headers that CloudFront sets on every response (rows CF-RESP-01 and CF-RESP-02). */
export function toViewer(
  { response, result }: EdgeResponse,
  method: string,
  edge: Edge,
  requestId: string,
): Response {
  response.headers
    .set('X-Cache', `${result} from cloudfront`)
    .set('Via', `1.1 ${edge.via}`)
    .set('X-Amz-Cf-Pop', EDGE_LOCATION)
    .set('X-Amz-Cf-Id', requestId);
  if (method !== 'HEAD') return response;
  if (response.body instanceof Readable) response.body.destroy();
  return { ...response, body: undefined };
}
