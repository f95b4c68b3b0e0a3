import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { createApp } from './app';
import { ConfigError, readConfig } from './config';
import { createLogger } from './http-logger';
import { openStores } from './stores';

/** Time to finish in-flight requests after a stop signal. ECS kills the process after 35 s. */
const STOP_TIMEOUT_MS = 25_000;

/** Longer than the idle timeout of the load balancer (60 s), so that it never uses a connection that is closing (GS-01). */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function configure() {
  try {
    return readConfig(process.env);
  } catch (error) {
    return fail(error instanceof ConfigError ? error.message : String(error));
  }
}

const config = configure();
const logger = createLogger(config.logLevel);
const state = { isStopping: false };

const app = createApp({
  ...config,
  ...openStores(config.tables, config.greetingIdBlock),
  logger,
  state,
});

const server = app.listen(config.port, config.host, (error?: Error) => {
  if (error) {
    fail(
      `The API cannot listen: ${error.message}. Stop the process that uses the port, or set HOST and PORT.`,
    );
  }
  if (config.tokens === 'unverified') {
    logger.warn('TOKEN_VERIFICATION is off: every request runs as the same user');
  }
  logger.info({ port: (server.address() as AddressInfo).port }, 'listening');
});
server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;

closeWithGrace({ delay: STOP_TIMEOUT_MS, logger }, async ({ signal, err }) => {
  if (err) logger.error({ err }, 'unexpected error');
  state.isStopping = true;
  logger.info({ signal }, 'stopping');
  await delay(config.stopDelayMs);
  // Connections become idle when their response is complete.
  setInterval(() => server.closeIdleConnections(), 100).unref();
  await new Promise((resolve) => server.close(resolve));
  logger.info('stopped');
});
