/** A problem that the user can solve. The message has the value, the place and the remedy. */
export class CreateError extends Error {
  override readonly name = 'CreateError';

  constructor(
    readonly code: 'ERR_OPTION' | 'ERR_DIRECTORY' | 'ERR_PROGRAM',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
