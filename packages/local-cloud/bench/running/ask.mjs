import { request } from 'node:http';

/**
 * Sends one request as it is, and follows nothing.
 *
 * @param {string} origin
 * @param {string} target path and query
 * @param {{ method?: string, headers?: Record<string, string>, body?: string }} [request]
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
export function ask(origin, target, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const outgoing = request(
      { hostname, port, method, path: target, headers, agent: false, timeout: 20_000 },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString('latin1'),
          }),
        );
        answer.on('error', reject);
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`${method} ${origin}${target} was not answered`)),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
