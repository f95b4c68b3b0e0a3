import type { IncomingMessage } from 'node:http';

/** How long, and for how many bytes, a peer that is answered already may go on sending. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 32 * 1024 * 1024;

/**
 * Reads on what a peer still sends of its request, and forgets it. To be waited for before a connection is closed: to
 * close with bytes unread resets it, which can take the answer away from a peer that has not read it yet.
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
    // Whatever read of it before may have paused it.
    message.on('data', count).once('end', done).once('close', done).resume();
  });
}
