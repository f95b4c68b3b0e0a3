import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers at a port whose resource is not in the templates. */
export function nothingHere(what: string): (request: IncomingMessage, response: ServerResponse) => void {
  const body = `No ${what} is in the templates that run here, so nothing answers at this port.\n`;
  return (request, response) => {
    response.writeHead(404, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
