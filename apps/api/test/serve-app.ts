import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { createApp } from '../src/app';
import type { AppDependencies } from '../src/app';
import { InMemoryGreetingSequence } from '../src/greeting/sequence';
import { InMemoryHistory } from '../src/greetings/in-memory-history';
import { Readiness } from '../src/health/readiness';
import { createLogger } from '../src/logger';
import { createApiServer } from '../src/server/create-api-server';
import { Load } from '../src/server/load';
import { compareWithDescription } from './described';

/** A line of the log, as a test reads it. */
export type LogLine = Record<string, unknown>;

/**
 * Serves the app on a free port until the test is over; everybody is let in, unless `tokens` says otherwise.
 *
 * The test fails when an answer is not what the API's description says.
 */
export async function serveApp(dependencies: Partial<AppDependencies> = {}) {
  const log: LogLine[] = [];
  const readiness = dependencies.readiness ?? readyAtOnce();
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
  const notDescribed = compareWithDescription(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    expect(notDescribed).toEqual([]);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, log, readiness, stop };
}

function readyAtOnce(): Readiness {
  const readiness = new Readiness();
  readiness.begin();
  return readiness;
}
