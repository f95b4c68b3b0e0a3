import { request } from 'node:http';

/**
 * Sends one request; does not follow redirects.
 *
 * @param {string} origin
 * @param {string} target path and query
 * @param {{ method?: string, headers?: Record<string, string>, body?: string }} [request]
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
export function send(origin, target, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const outgoing = request(
      { hostname, port, method, path: target, headers, agent: false, timeout: 20_000 },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('latin1'),
          }),
        );
        response.on('error', reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${origin}${target}: no response`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
