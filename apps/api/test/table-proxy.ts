import { request } from 'node:http';
import { serve } from './issuer';

/** Serves a proxy to DynamoDB that can close connections, or stop responding. */
export async function serveTableProxy(endpoint: string) {
  const proxy = { state: 'open' as 'open' | 'broken' | 'silent' };
  const origin = await serve((incoming, response) => {
    if (proxy.state === 'silent') return;
    if (proxy.state === 'broken') {
      incoming.socket.destroy();
      return;
    }
    const { method, headers, url } = incoming;
    const outgoing = request(`${endpoint}${url}`, { method, headers }, (tableResponse) => {
      response.writeHead(tableResponse.statusCode ?? 502, tableResponse.headers);
      tableResponse.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  return { proxy, origin };
}
