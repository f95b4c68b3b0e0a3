import { connect } from 'node:net';

/** Long enough for any answer here; a server that keeps a connection longer has forgotten it. */
const FORGOTTEN_AFTER_MS = 20_000;

/** A server that waits for the rest of a request is told that there is none. */
const RESTLESS_AFTER_MS = 150;

/**
 * Sends bytes, after a while without an answer says that there is nothing more, and waits until the server ends the
 * connection.
 *
 * @returns the status codes of the answers, in order
 * @throws {Error} when the server neither answers nor ends the connection
 */
export function rawExchange(port: number, bytes: Buffer): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(FORGOTTEN_AFTER_MS, () => {
      reject(
        new Error(`Neither answered nor ended: ${JSON.stringify(bytes.toString('latin1').slice(0, 2_000))}`),
      );
      socket.destroy();
    });
    const nothingMore = setTimeout(() => socket.end(), RESTLESS_AFTER_MS);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      nothingMore.refresh();
    });
    // A server may stop reading what it has refused: the reset is its way to say so.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(nothingMore);
      const text = Buffer.concat(chunks).toString('latin1');
      resolve([...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)));
    });
    socket.write(bytes);
  });
}
