import type { IncomingMessage, ServerResponse } from 'node:http';

/** Goes on to the next one, or with an error to the one that answers errors. */
export type Next = (error?: unknown) => void;

/**
 * A step on the way of a request, as Express has them, with Node's own request and response: those of an Express app
 * have another prototype, and that costs as much as all the steps together.
 */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => unknown;
