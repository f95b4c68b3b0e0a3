import { Readable } from 'node:stream';

/** A body on its way to a viewer, and to the cache. */
export interface StoredBody {
  /** What the viewer reads. */
  readonly body: Readable;
  /** All of it, once it is whole; `undefined` when it broke off, or is larger than the bound. */
  readonly whole: Promise<Buffer | undefined>;
}

/**
 * Reads a body for the cache and for a viewer at once: at the source's pace as long as it is within the bound, so that
 * a slow viewer holds nobody up; at the viewer's pace from there on.
 *
 * @param maxBytes what is kept at most
 * @param expectedBytes `Content-Length`, if there was one: a body of another length is not whole
 * @param isWanted asked when the viewer left: whether somebody else waits for it
 */
export function storeWhileSending(
  source: Readable,
  maxBytes: number,
  expectedBytes: number | undefined,
  isWanted: () => boolean,
): StoredBody {
  let chunks: Buffer[] | undefined = [];
  let bytes = 0;
  let settle: (body: Buffer | undefined) => void = () => undefined;
  const whole = new Promise<Buffer | undefined>((resolve) => (settle = resolve));
  const giveUp = (): void => {
    chunks = undefined;
    settle(undefined);
  };

  const body = new Readable({
    read: () => source.resume(),
    destroy(error, done) {
      if (!chunks || !isWanted()) source.destroy();
      done(error);
    },
  });
  // Whoever reads the body hears of its failure; this is for the time before somebody does.
  body.on('error', () => undefined);
  source.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) giveUp();
    chunks?.push(chunk);
    const isFull = !body.destroyed && !body.push(chunk);
    if (isFull && !chunks) source.pause();
    if (body.destroyed && !chunks) source.destroy();
  });
  source.once('end', () => {
    const isWhole = chunks && (expectedBytes === undefined || expectedBytes === bytes);
    settle(isWhole ? Buffer.concat(chunks ?? []) : undefined);
    if (!body.destroyed) body.push(null);
  });
  source.once('error', (error) => {
    giveUp();
    body.destroy(error);
  });
  source.once('close', () => {
    giveUp();
    if (!source.readableEnded) body.destroy(new Error('The origin broke off in the middle of a response.'));
  });
  return { body, whole };
}
