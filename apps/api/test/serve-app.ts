import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { type AppDependencies, createApp } from '../src/app';
import { createLogger } from '../src/http-logger';
import { openStores } from '../src/stores';
import { OPENAPI_PATH } from '@spa-on-aws/shared-types';
import { checkConformance } from './openapi-conformance';

/** A parsed log line. */
export type LogLine = Record<string, unknown>;

/**
 * Serves the app on a free port until the test ends, by default without token verification, for a user without groups.
 *
 * The test fails if a response does not match the OpenAPI description.
 */
export async function serveApp(dependencies: Partial<AppDependencies> = {}) {
  const log: LogLine[] = [];
  const state = { isStopping: false };
  const app = createApp({
    ...openStores({}, 100),
    tokens: 'unverified',
    logger: createLogger('info', { write: (line) => log.push(JSON.parse(line)) }),
    state,
    ...dependencies,
  });
  const violations: string[] = [];
  const server = createServer(checkConformance(app, violations, dependencies.pathPrefix)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    expect(violations).toEqual([]);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    log,
    state,
    /** Sends a request with this `Authorization` header; without a value, sends none. */
    call: (authorization: string | undefined, path = OPENAPI_PATH, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        headers: { ...init.headers, ...(authorization === undefined ? {} : { authorization }) },
      }),
  };
}
