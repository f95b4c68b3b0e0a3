import { randomUUID } from 'node:crypto';

/**
 * The headers of a greeting, as the API has them.
 *
 * @param {string} body
 */
export function greetingHeaders(body) {
  return {
    ...givenHeaders(),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  };
}

/** Those that do not depend on the body. */
export function givenHeaders() {
  return { 'X-Request-Id': randomUUID(), 'Cache-Control': 'no-store' };
}

/**
 * Listens where it is told to.
 *
 * @param {import('node:http').Server} server
 */
export function listen(server) {
  server.keepAliveTimeout = 65_000;
  server.listen(Number(process.env['PORT']), '127.0.0.1');
}
