import type { IncomingMessage } from 'node:http';

/** How long, and how many bytes, a peer may keep sending after its response. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 32 * 1024 * 1024;

/**
 * Reads and discards the rest of a request. Wait for it before you close a connection: closing with unread bytes resets
 * the connection, and the peer may lose a response that it has not read yet.
 */
export function readOut(message: IncomingMessage): Promise<void> {
  if (message.complete || message.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > LINGER_BYTES) done();
    };
    const timer = setTimeout(() => done(), LINGER_MS);
    const done = (): void => {
      clearTimeout(timer);
      message.off('data', count).off('end', done).off('close', done);
      resolve();
    };
    // An earlier reader may have paused it.
    message.on('data', count).once('end', done).once('close', done).resume();
  });
}
