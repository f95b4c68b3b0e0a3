import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { IssuerKeys } from './access/issuer-keys';
import { AccessTokenVerifier } from './access/token-verifier';
import { createApp } from './app';
import { systemClock } from './clock';
import { readConfig } from './config';
import { ConfigError } from './errors';
import { Readiness } from './health/health';
import { createLogger, standardOutput } from './logger';
import { RequestMetrics } from './metrics/request-metrics';
import { openStores } from './open-stores';
import { createApiServer } from './server/create-api-server';
import { Load } from './server/load';

/** Time to finish in-flight requests after a stop signal. ECS kills the process after 35 s. */
const STOP_TIMEOUT_MS = 25_000;

const METRICS_INTERVAL_MS = 60_000;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

async function configure() {
  try {
    const config = readConfig(process.env);
    const output = standardOutput();
    const logger = createLogger(config.logLevel, output);
    const readiness = new Readiness();
    const stores = await openStores(config, logger, (isDown) => (readiness.isStoreDown = isDown));
    return { config, output, logger, readiness, stores };
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

const { config, output, logger, readiness, stores } = await configure();
const { host, port, pathPrefix, metricsNamespace: namespace } = config;

const keys = config.tokens === 'unverified' ? undefined : new IssuerKeys(config.tokens.issuer, logger);
const tokens =
  config.tokens === 'unverified' || keys === undefined
    ? 'unverified'
    : new AccessTokenVerifier(config.tokens, keys);

// LOG_LEVEL does not apply to metrics.
const metricsLog = createLogger('info', output);
const metrics =
  namespace === undefined
    ? undefined
    : new RequestMetrics(namespace, (line) => metricsLog.info(line, 'metrics'));
setInterval(() => metrics?.flush(), METRICS_INTERVAL_MS).unref();

const load = new Load(config.maxInFlight);
const app = createApp({
  greetingIds: stores.greetingIds,
  history: stores.history,
  tokens,
  load,
  logger,
  readiness,
  onRequestCompleted: (request) => metrics?.observe(request),
  pathPrefix,
});
const { server, stop } = createApiServer(app, logger);

async function stopOn(signal: keyof typeof EXIT_CODES): Promise<void> {
  if (readiness.phase === 'stopping') process.exit(EXIT_CODES[signal]);
  readiness.stop();
  logger.info({ signal }, 'stopping');
  const isComplete = await stop(
    STOP_TIMEOUT_MS,
    config.stopDelayMs > 0 ? delay(config.stopDelayMs) : undefined,
  );
  metrics?.flush();
  if (isComplete) logger.info('stopped');
  else logger.error({ timeoutMs: STOP_TIMEOUT_MS }, 'stopped before all requests were complete');
  process.exit(isComplete ? 0 : 1);
}

function describeListenError({ code, message }: NodeJS.ErrnoException): string {
  const problem = `The API cannot listen on ${host} port ${port}`;
  if (code === 'EADDRINUSE') return `${problem}: it is in use. Stop the other process or set PORT.`;
  if (code === 'EACCES') return `${problem}: permission denied. Set PORT to 1024 or higher.`;
  return `${problem}: ${message}. Set HOST to an address of this machine.`;
}

const failToListen = (error: Error): never => fail(describeListenError(error));
server.once('error', failToListen);
await new Promise<void>((resolve) => server.listen({ host, port }, resolve));
server.off('error', failToListen);

process.on('SIGTERM', (signal) => void stopOn(signal as 'SIGTERM'));
process.on('SIGINT', (signal) => void stopOn(signal as 'SIGINT'));
if (tokens === 'unverified') logger.warn('TOKEN_VERIFICATION is off: every request runs as the same user');
const address = server.address() as AddressInfo;
logger.info({ host: address.address, port: address.port }, 'listening');
// Fetched now, so that the first request does not have to wait for the keys.
keys?.refresh();
void load.watchEventLoop(systemClock, new AbortController().signal);
await stores.ready;
readiness.start();
