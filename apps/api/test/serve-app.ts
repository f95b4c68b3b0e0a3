import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createApp } from '../src/app';
import type { AppDependencies } from '../src/app';
import { gracefulStop } from '../src/graceful-stop';
import { InMemoryGreetingSequence } from '../src/greeting/sequence';
import { Readiness } from '../src/health/readiness';
import { createLogger } from '../src/logger';

/** A line of the log, as a test reads it. */
export type LogLine = Record<string, unknown>;

/** Serves the app on a free port until the test is over. */
export async function serveApp(dependencies: Partial<AppDependencies> = {}) {
  const log: LogLine[] = [];
  const readiness = dependencies.readiness ?? readyAtOnce();
  const app = createApp({
    greetingIds: new InMemoryGreetingSequence(),
    logger: createLogger('info', { write: (line) => log.push(JSON.parse(line)) }),
    ...dependencies,
    readiness,
  });
  const server = createServer(app);
  const stop = gracefulStop(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, log, readiness, stop };
}

function readyAtOnce(): Readiness {
  const readiness = new Readiness();
  readiness.begin();
  return readiness;
}
