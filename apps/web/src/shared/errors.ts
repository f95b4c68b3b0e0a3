/** What every error of this app has: a stable code to tell failures apart, and a message that says what failed. */
export abstract class WebError extends Error {
  abstract readonly code: string;
}
