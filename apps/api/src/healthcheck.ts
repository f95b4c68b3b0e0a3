import { get } from 'node:http';
import { HEALTH_PATH } from '@spa-on-aws/shared-types';

/**
 * The container's health check, run as its own process: exit code 0 when the API on this machine's `PORT` (default 8080)
 * is alive, else 1 with the reason on standard error.
 */
const TIMEOUT_MS = 3_000;

function unhealthy(reason: string): never {
  process.stderr.write(`unhealthy: ${reason}\n`);
  process.exit(1);
}

const url = `http://127.0.0.1:${process.env['PORT'] ?? '8080'}${HEALTH_PATH}`;
get(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
  if (response.statusCode !== 200) unhealthy(`${url} answers ${response.statusCode}`);
  response.resume();
})
  .on('timeout', () => unhealthy(`${url} does not answer within ${TIMEOUT_MS} ms`))
  .on('error', (error) => unhealthy(error.message));
