import type { Response } from '../http/message';
import type { Signer } from '../s3/handler';
import type { Request } from '../http/message';
import { type EdgeResponse, edgeError } from './edge-response';
import { ERROR_TEXT } from './error-page';
import type { Exchange } from './exchange';
import { isRemovedFromResponse } from './header-rules';
import { toOriginRequest } from './origin-request';

/** A server that stands behind an origin's domain name. */
export type OriginServer = (request: Request, signer: Signer | undefined) => Promise<Response>;

/** Gets a response from the origin of the exchange's behavior. */
export async function fetchFromOrigin(
  exchange: Exchange,
  request: Request,
  { originServers, accountId }: OriginAccess,
): Promise<EdgeResponse> {
  const { behavior, distribution, edge, requestId } = exchange;
  const server = originServers.get(behavior.origin.domainName);
  if (!server) return edgeError(exchange, 502, ERROR_TEXT.originFailed);
  const signer = behavior.origin.signsRequests
    ? { service: 'cloudfront.amazonaws.com', sourceArn: distribution.arn, accountId }
    : undefined;
  const answer = await server(toOriginRequest(behavior, request, edge, requestId), signer);
  return {
    response: { ...answer, headers: answer.headers.filter((name) => !isRemovedFromResponse(name)) },
    result: answer.status >= 400 ? 'Error' : 'Miss',
    originStatus: answer.status,
  };
}

/** How origins are reached. */
export interface OriginAccess {
  /** By host name; every origin of the distribution must be in it. */
  readonly originServers: ReadonlyMap<string, OriginServer>;
  /** The account that signed requests come from. */
  readonly accountId: string;
}
