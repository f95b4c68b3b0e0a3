import { randomUUID } from 'node:crypto';

/**
 * Returns the headers of the API's greeting response.
 *
 * @param {string} body
 */
export function greetingHeaders(body) {
  return {
    ...commonHeaders(),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  };
}

/** Returns the headers that do not depend on the body. */
export function commonHeaders() {
  return { 'X-Request-Id': randomUUID(), 'Cache-Control': 'no-store' };
}

/**
 * Listens on `PORT`, like the API.
 *
 * @param {import('node:http').Server} server
 */
export function listen(server) {
  server.keepAliveTimeout = 65_000;
  server.listen(Number(process.env['PORT']), '127.0.0.1');
}
