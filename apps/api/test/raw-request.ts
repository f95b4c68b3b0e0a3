import { once } from 'node:events';
import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends bytes as they are, on a connection of its own, and gives all that comes back until the server closes it. */
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

/** Reads answers one after the other; each has a `Content-Length`, or no body. */
export function readAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== '';) {
    const [, status, fields = ''] =
      /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest) ?? [];
    if (status === undefined) throw new Error(`No answer begins like ${JSON.stringify(rest.slice(0, 80))}`);
    const headers = new Map(
      fields.split('\r\n').flatMap((field) => {
        const [, name, value = ''] = /^([^:]+): ?(.*)$/.exec(field) ?? [];
        return name === undefined ? [] : [[name.toLowerCase(), value] as const];
      }),
    );
    if (status === '100') {
      rest = rest.slice(rest.indexOf('\r\n\r\n') + 4);
      continue;
    }
    const start = rest.indexOf('\r\n\r\n') + 4;
    const length = Number(headers.get('content-length') ?? 0);
    answers.push({ status: Number(status), headers, body: rest.slice(start, start + length) });
    rest = rest.slice(start + length);
  }
  return answers;
}
