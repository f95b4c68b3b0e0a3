import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { type Backend, type BackendRequest, BackendUnreachableError } from '../apigateway/handler';
import { HeaderList } from '../http/header-list';
import type { Response } from '../http/message';
import type { LoadBalancer } from './load-balancer';

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
export function loadBalancerBackend(loadBalancer: LoadBalancer, targetPort: TargetPort): LoadBalancerBackend {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const send: Backend = async (request) => {
    const group = loadBalancer.listeners.get(request.port);
    if (!group)
      throw new BackendUnreachableError(`${loadBalancer.logicalId} has no listener on port ${request.port}`);
    const port = targetPort(group.arn);
    if (port === undefined) return ownAnswer(503, 'Service Temporarily Unavailable');
    try {
      return await forward(agent, port, request);
    } catch (error) {
      if (request.signal.aborted) throw error;
      return ownAnswer(502, 'Bad Gateway');
    }
  };
  return { send, close: () => agent.destroy() };
}

function forward(agent: Agent, port: number, request: BackendRequest): Promise<Response> {
  const headers = request.headers.filter(
    (name) => name !== 'x-forwarded-proto' && name !== 'x-forwarded-port',
  );
  const forwardedFor = request.headers.get('x-forwarded-for');
  headers
    .set('X-Forwarded-For', forwardedFor ? `${forwardedFor}, 127.0.0.1` : '127.0.0.1')
    .set('X-Forwarded-Proto', 'http')
    .set('X-Forwarded-Port', String(request.port));
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      agent,
      host: '127.0.0.1',
      port,
      method: request.method,
      path: request.target,
      headers: headers.toRaw(),
      signal: request.signal,
      setHost: false,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response: IncomingMessage) => {
      resolve({
        status: response.statusCode ?? 502,
        headers: HeaderList.fromRaw(response.rawHeaders),
        body: response,
      });
    });
    outgoing.end(request.body);
  });
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
