import { hasStartedResponse } from '../adapters/node-http';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HeaderList } from './header-list';
import type { Response } from './message';

export type RequestFault = 'malformed' | 'method' | 'headTooLarge' | 'timeout';

/** Returns a service's response to an invalid request. The connection is closed after it. */
export type FaultResponder = (fault: RequestFault) => Response;

const LINGER_MS = 2_000;

const STATUS: Readonly<Record<RequestFault, number>> = {
  malformed: 400,
  method: 400,
  headTooLarge: 431,
  timeout: 408,
};

export const bareFaultResponder: FaultResponder = (fault) => ({
  status: STATUS[fault],
  headers: new HeaderList([
    ['Date', new Date().toUTCString()],
    ['Content-Length', '0'],
  ]),
  body: undefined,
});

export function faultOf(error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }): RequestFault {
  switch (error.code) {
    case 'HPE_INVALID_METHOD':
      return /^[\w!#$%&'*+.^`|~-]+ \S/.test(error.rawPacket?.toString('latin1') ?? '')
        ? 'method'
        : 'malformed';
    case 'HPE_HEADER_OVERFLOW':
      return 'headTooLarge';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'timeout';
    default:
      return 'malformed';
  }
}

/** Finds a fault that Node's parser accepts: no `Host` header or several (RFC 9112, section 3.2). */
export function faultIn({ httpVersion, rawHeaders }: IncomingMessage): RequestFault | undefined {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++;
  return hosts > 1 || (hosts === 0 && httpVersion === '1.1') ? 'malformed' : undefined;
}

/** Writes a response to a connection with a parser error, and closes it. */
export function respondToFault(socket: Duplex, { status, headers, body }: Response): void {
  if (!socket.writable || hasStartedResponse(socket)) {
    socket.destroy();
    return;
  }
  const fields = [...headers.set('Connection', 'close')].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields.join('')}\r\n`);
  socket.end(Buffer.isBuffer(body) ? body : undefined);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
