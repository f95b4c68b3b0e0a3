let isWatching = false;

/**
 * A promise that a function's code rejects and leaves alone must not end this program, as one of its own would.
 *
 * Node tells both by the same event: those of a function's context are no instances of this realm's `Promise`.
 */
export function outliveStrayRejections(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('unhandledRejection', onUnhandledRejection);
}

/** @throws what a promise of this program was rejected with */
export function onUnhandledRejection(reason: unknown, promise: unknown): void {
  if (promise instanceof Promise) throw reason;
}
