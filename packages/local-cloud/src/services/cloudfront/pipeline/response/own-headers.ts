import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Response } from '../../../../http/message';
import type { Distribution } from '../../model/distribution';
import { EDGE_LOCATION, type EdgeResponse } from '../edge-response';
import type { Edge } from '../origin/request';

/** The edge that answers for a distribution. */
export function edgeOf({ id }: Distribution): Edge {
  return { via: `${createHash('md5').update(id).digest('hex')}.cloudfront.net (CloudFront)` };
}

/** An id as CloudFront gives every request, `X-Amz-Cf-Id` (row CF-RESP-01). */
export function newRequestId(): string {
  return `${randomBytes(40).toString('base64url')}==`;
}

/** The response as it leaves the edge, with what CloudFront says of every response (rows CF-RESP-01 and CF-RESP-02). */
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
