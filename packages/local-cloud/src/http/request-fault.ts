import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HeaderList } from './header-list';
import type { Response } from './message';

/** Why something that came in is no request. */
export type RequestFault =
  /** It does not follow the grammar of HTTP, or leaves the host unsaid. */
  | 'malformed'
  /** A method that HTTP does not know. */
  | 'method'
  /** The head is larger than any service takes. */
  | 'headTooLarge'
  /** It did not come to its end in time. */
  | 'timeout';

/** What a service answers to what is no request; the connection ends with it. */
export type FaultAnswer = (fault: RequestFault) => Response;

/** How long a peer may take to read the last answer before its connection is cut. */
const LINGER_MS = 2_000;

const STATUS: Readonly<Record<RequestFault, number>> = {
  malformed: 400,
  method: 400,
  headTooLarge: 431,
  timeout: 408,
};

/** An answer without a body, for services that have none of their own. */
export const bareFaultAnswer: FaultAnswer = (fault) => ({
  status: STATUS[fault],
  headers: new HeaderList([
    ['Date', new Date().toUTCString()],
    ['Content-Length', '0'],
  ]),
  body: undefined,
});

/** What Node's parser found wrong. */
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

/** What the parser lets pass and a server must refuse: no host, or several (RFC 9112, section 3.2). */
export function faultIn({ httpVersion, rawHeaders }: IncomingMessage): RequestFault | undefined {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++;
  return hosts > 1 || (hosts === 0 && httpVersion === '1.1') ? 'malformed' : undefined;
}

/** Writes an answer to a connection that Node's parser gave up on, and ends it. */
export function answerFault(socket: Duplex, { status, headers, body }: Response): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const fields = [...headers.set('Connection', 'close')].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields.join('')}\r\n`);
  socket.end(Buffer.isBuffer(body) ? body : undefined);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** A response is on its way already: anything more would be taken for a part of it. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: response } = socket as { _httpMessage?: { readonly headersSent: boolean } | null };
  return response?.headersSent === true;
}
