import { connect } from 'node:net';

/** A server that keeps a connection open longer hangs. */
const HANG_AFTER_MS = 20_000;

/** Without an answer, the request ends after this time: the server may wait for the rest. */
const END_AFTER_MS = 150;

/**
 * Sends bytes, ends the request when no answer comes, and waits until the server closes the connection.
 *
 * @returns the status codes of the answers, in order
 * @throws {Error} when the server neither answers nor closes the connection
 */
export function rawExchange(port: number, bytes: Buffer): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(HANG_AFTER_MS, () => {
      reject(
        new Error(
          `The server neither answered nor closed the connection: ${JSON.stringify(bytes.toString('latin1').slice(0, 2_000))}`,
        ),
      );
      socket.destroy();
    });
    const endTimer = setTimeout(() => socket.end(), END_AFTER_MS);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      endTimer.refresh();
    });
    // A server can reset the connection of a request that it rejects.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(endTimer);
      const text = Buffer.concat(chunks).toString('latin1');
      resolve([...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)));
    });
    socket.write(bytes);
  });
}
