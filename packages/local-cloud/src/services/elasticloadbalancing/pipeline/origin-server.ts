import { type Backend, BackendUnreachableError } from '../../../http/backend';
import { requestTarget } from '../../../http/message';
import { readAtMost } from '../../../http/read-at-most';
import { OriginFailure, type OriginServer } from '../../cloudfront/pipeline/origin/server';

/** Largest body that is passed on to a load balancer, in bytes: that of API Gateway, because bodies are buffered. */
const MAX_BODY_BYTES = 10_485_760;

/** Returns a load balancer as the server of its public host name, for CloudFront (row CF-LB-01). */
export function loadBalancerServer(host: string, send: Backend): OriginServer {
  return async (request, _signer, { protocol, port }) => {
    if (protocol === 'https')
      throw new OriginFailure(
        'connection-broken',
        `${host} has no certificate for this name, only for its own domain`,
      );
    const body = request.body && (await readAtMost(request.body, MAX_BODY_BYTES));
    if (body === 'too large')
      throw new OriginFailure('connection-broken', `the body has more than ${MAX_BODY_BYTES} bytes`);
    const { method, path, query, headers, signal, trace } = request;
    try {
      return await send({ method, target: requestTarget(path, query), port, headers, body, signal, trace });
    } catch (error) {
      if (!(error instanceof BackendUnreachableError)) throw error;
      throw new OriginFailure('connection-refused', error.message, { cause: error });
    }
  };
}
