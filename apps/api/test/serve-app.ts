import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { type AppDependencies, createApp } from '../src/app';
import { InMemoryGreetingSequence } from '../src/greeting-ids/sequence';
import { InMemoryHistory } from '../src/greetings/in-memory-history';
import { Readiness } from '../src/health/health';
import { createLogger } from '../src/logger';
import { createApiServer } from '../src/server/create-api-server';
import { Load } from '../src/server/load';
import { checkConformance } from './openapi-conformance';

/** A parsed log line. */
export type LogLine = Record<string, unknown>;

/**
 * Serves the app on a free port until the test ends, by default without token verification.
 *
 * The test fails if a response does not match the OpenAPI description.
 */
export async function serveApp(dependencies: Partial<AppDependencies> = {}) {
  const log: LogLine[] = [];
  const readiness = dependencies.readiness ?? createReadiness();
  const logger = createLogger('info', { write: (line) => log.push(JSON.parse(line)) });
  const app = createApp({
    greetingIds: new InMemoryGreetingSequence(),
    history: new InMemoryHistory(),
    tokens: 'unverified',
    load: new Load(1_000),
    logger,
    ...dependencies,
    readiness,
  });
  const { server, stop } = createApiServer(app, logger);
  const violations = checkConformance(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    expect(violations).toEqual([]);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, log, readiness, stop };
}

function createReadiness(): Readiness {
  const readiness = new Readiness();
  readiness.start();
  return readiness;
}
