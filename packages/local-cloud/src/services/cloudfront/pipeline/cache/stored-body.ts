import { Readable } from 'node:stream';

export interface StoredBody {
  readonly body: Readable;
  /** The complete body; `undefined` when it broke off, or is larger than the limit. */
  readonly complete: Promise<Buffer | undefined>;
}

/**
 * Reads a body for the cache and a viewer at once: at the speed of the source up to `maxBytes`, so that a slow viewer
 * does not delay others; at the speed of the viewer from there on.
 *
 * @param expectedBytes `Content-Length`, if there is one: a body of another length is incomplete
 * @param isWanted tells, when the viewer left, whether another one waits for the body
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
  const complete = new Promise<Buffer | undefined>((resolve) => (settle = resolve));
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
  // The reader of the body handles its errors; this listener is for the time before there is one.
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
    const isComplete = chunks && (expectedBytes === undefined || expectedBytes === bytes);
    settle(isComplete ? Buffer.concat(chunks ?? []) : undefined);
    if (!body.destroyed) body.push(null);
  });
  source.once('error', (error) => {
    giveUp();
    body.destroy(error);
  });
  source.once('close', () => {
    giveUp();
    if (!source.readableEnded)
      body.destroy(new Error('The origin closed the connection before the response was complete.'));
  });
  return { body, complete };
}
