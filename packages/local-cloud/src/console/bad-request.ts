/** A request to the console that it cannot serve. */
export class BadRequestError extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 413,
    message: string,
  ) {
    super(message);
  }
}
