/** What may be logged of an error: Node hangs the raw bytes of a request, passwords and all, on some of them. */
export function describeFailure(error: unknown): {
  readonly error: string;
  readonly code?: string;
  readonly stack?: string;
} {
  if (!(error instanceof Error)) return { error: 'something that is no error was thrown' };
  const { code } = error as NodeJS.ErrnoException;
  return {
    error: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

/** Whether the other side hung up or sent something that is no HTTP: not our failure. */
export function isBrokenOff(error: unknown): boolean {
  return /^(HPE_|ECONN|EPIPE|ERR_STREAM_PREMATURE_CLOSE)/.test((error as NodeJS.ErrnoException).code ?? '');
}
