import { setTimeout as delay } from 'node:timers/promises';
import { type Backend, type BackendRequest, BackendUnreachableError } from '../apigateway/backend';
import { HeaderList } from '../http/header-list';
import type { Response } from '../http/message';
import { Upstream } from '../http/upstream';
import type { BackendFaults } from './faults';
import type { LoadBalancer } from './load-balancer';

const LOOPBACK = '127.0.0.1';

/** Where a healthy target of a group listens at this moment. */
export type TargetPort = (targetGroupArn: string) => number | undefined;

/** The way through a load balancer to the containers behind it. */
export interface LoadBalancerBackend {
  readonly send: Backend;
  close(): void;
}

/**
 * Forwards requests to a healthy target, and answers 502 or 503 itself when there is none (row AG-LIM-06).
 */
export function loadBalancerBackend(
  loadBalancer: LoadBalancer,
  targetPort: TargetPort,
  faults: BackendFaults,
): LoadBalancerBackend {
  const upstream = new Upstream();
  const send: Backend = async (request) => {
    const group = loadBalancer.listeners.get(request.port);
    if (!group)
      throw new BackendUnreachableError(`${loadBalancer.logicalId} has no listener on port ${request.port}`);
    if (faults.delayMs > 0) await delay(faults.delayMs, undefined, { signal: request.signal });
    if (faults.mode === 'failing') return ownAnswer(500, 'Internal Server Error');
    const port = faults.mode === 'down' ? undefined : targetPort(group.arn);
    if (port === undefined) return ownAnswer(503, 'Service Temporarily Unavailable');
    try {
      return await upstream.send(LOOPBACK, port, { ...request, headers: toTargetHeaders(request) });
    } catch (error) {
      if (request.signal.aborted) throw error;
      return ownAnswer(502, 'Bad Gateway');
    }
  };
  return { send, close: () => upstream.close() };
}

/** Rows AG-HD-05: a load balancer appends the peer's address, and names its own listener. */
function toTargetHeaders(request: BackendRequest): HeaderList {
  const forwardedFor = request.headers.get('x-forwarded-for');
  return request.headers
    .filter((name) => name !== 'x-forwarded-proto' && name !== 'x-forwarded-port')
    .set('X-Forwarded-For', forwardedFor ? `${forwardedFor}, ${LOOPBACK}` : LOOPBACK)
    .set('X-Forwarded-Proto', 'http')
    .set('X-Forwarded-Port', String(request.port));
}

function ownAnswer(status: number, reason: string): Response {
  const body = Buffer.from(
    `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n</body>\r\n</html>\r\n`,
  );
  const headers = new HeaderList([
    ['Server', 'awselb/2.0'],
    ['Date', new Date().toUTCString()],
    ['Content-Type', 'text/html'],
    ['Content-Length', String(body.length)],
  ]);
  return { status, headers, body };
}
