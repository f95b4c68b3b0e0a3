import { once } from 'node:events';
import { connect } from 'node:net';

/** A response, parsed from its bytes. */
export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends bytes on a new connection, and returns everything that the server sends until it closes the connection. */
export async function sendRaw(
  port: number,
  bytes: string | Uint8Array,
  { end = true } = {},
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  if (end) socket.end(bytes);
  else socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString('latin1');
}

/** Parses consecutive responses. Each must have a `Content-Length`, or no body. */
export function parseResponses(text: string): RawResponse[] {
  const responses: RawResponse[] = [];
  for (let rest = text; rest !== '';) {
    const [, status, fields = ''] =
      /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest) ?? [];
    if (status === undefined) throw new Error(`Not a response: ${JSON.stringify(rest.slice(0, 80))}`);
    const headers = new Map(
      fields.split('\r\n').flatMap((field) => {
        const [, name, value = ''] = /^([^:]+): ?(.*)$/.exec(field) ?? [];
        return name === undefined ? [] : [[name.toLowerCase(), value] as const];
      }),
    );
    const bodyStart = rest.indexOf('\r\n\r\n') + 4;
    if (status === '100') {
      rest = rest.slice(bodyStart);
      continue;
    }
    // Node's own responses to malformed HTTP have no body, but one empty chunk.
    const emptyBody = headers.has('transfer-encoding') ? '0\r\n\r\n'.length : 0;
    const bodyEnd = bodyStart + Number(headers.get('content-length') ?? emptyBody);
    responses.push({ status: Number(status), headers, body: rest.slice(bodyStart, bodyEnd) });
    rest = rest.slice(bodyEnd);
  }
  return responses;
}
