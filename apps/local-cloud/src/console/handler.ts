import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONSOLE_CSP, consolePage } from './page';
import type { RequestLog } from './request-log';

/**
 * Serves the console to this machine's own pages only: a foreign `Host` would be DNS rebinding.
 *
 * @param urls where everything listens, with names
 */
export function consoleHandler(
  port: number,
  urls: readonly (readonly [name: string, url: string])[],
  requests: RequestLog,
): (request: IncomingMessage, response: ServerResponse) => void {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  return (request, response) => {
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, {
        'Content-Type': `${type}; charset=utf-8`,
        'Content-Security-Policy': CONSOLE_CSP,
        'Cross-Origin-Resource-Policy': 'same-origin',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (!hosts.includes(request.headers.host ?? ''))
      return send(403, 'text/plain', 'Not a host of the console.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(405, 'text/plain', 'The console only shows.\n');
    switch (request.url) {
      case '/':
        return send(200, 'text/html', consolePage(urls, requests.latest()));
      case '/requests':
        return send(200, 'application/json', JSON.stringify(requests.latest()));
      default:
        return send(404, 'text/plain', 'The console has / and /requests.\n');
    }
  };
}
