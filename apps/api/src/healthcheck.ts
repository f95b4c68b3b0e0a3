import { get } from 'node:http';
import { HEALTH_PATH } from '@spa-on-aws/shared-types';

// Health check of the container, which runs as a separate process. Exits with code 0 if the API on `PORT` (default 8080)
// responds, else with code 1 and the reason on standard error.

const TIMEOUT_MS = 3_000;

function unhealthy(reason: string): never {
  process.stderr.write(`unhealthy: ${reason}\n`);
  process.exit(1);
}

const url = `http://127.0.0.1:${process.env['PORT'] ?? '8080'}${HEALTH_PATH}`;
get(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
  if (response.statusCode !== 200) unhealthy(`${url} returned ${response.statusCode}`);
  response.resume();
})
  .on('timeout', () => unhealthy(`${url} did not respond within ${TIMEOUT_MS} ms`))
  .on('error', (error) => unhealthy(error.message));
