import type { IncomingMessage, ServerResponse } from 'node:http';

/** Responds on a port whose resource is not in the templates. */
export function nothingHere(what: string): (request: IncomingMessage, response: ServerResponse) => void {
  const body = `The templates have no ${what}, so nothing is served on this port.\n`;
  return (request, response) => {
    response.writeHead(404, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
