import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { IssuerKeys } from './access/issuer-keys';
import { AccessTokenVerifier } from './access/token-verifier';
import { createApp } from './app';
import { systemClock } from './clock';
import { readConfig } from './config';
import type { Config } from './config';
import { ConfigError } from './errors';
import { Readiness } from './health/readiness';
import { createLogger, standardOutput } from './logger';
import { RequestMetrics } from './metrics/request-metrics';
import { openStores } from './open-stores';
import { createApiServer } from './server/create-api-server';
import { Load } from './server/load';

/** How long answers in flight may take once the process is told to stop: ECS kills it after 35 s. */
const STOP_LIMIT_MS = 25_000;

const METRICS_INTERVAL_MS = 60_000;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Reads the environment, and opens what it names. */
async function configure() {
  try {
    const config = readConfig(process.env);
    const output = standardOutput();
    const logger = createLogger(config.logLevel, output);
    const readiness = new Readiness();
    const stores = await openStores(config, logger, (isDown) => readiness.storeIsDown(isDown));
    return { config, output, logger, readiness, stores };
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

function listen(server: Server, { host, port }: Config): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function explainListenFault(error: NodeJS.ErrnoException, { host, port }: Config): string {
  const place = `The API cannot listen on ${host} port ${port}`;
  if (error.code === 'EADDRINUSE') return `${place}: another process has it. Stop that one or set PORT.`;
  if (error.code === 'EACCES') return `${place}: this user may not. Set PORT to 1024 or above.`;
  return `${place}: ${error.message}. Set HOST to an address of this machine.`;
}

const { config, output, logger, readiness, stores } = await configure();

const keys = config.tokens === 'unverified' ? undefined : new IssuerKeys(config.tokens.issuer, { logger });
const tokens =
  config.tokens === 'unverified' || keys === undefined
    ? 'unverified'
    : new AccessTokenVerifier(config.tokens, { keys });

// Metrics are no matter of the level of the log.
const metricsLog = createLogger('info', output);
const metrics =
  config.metricsNamespace === undefined
    ? undefined
    : new RequestMetrics({
        namespace: config.metricsNamespace,
        write: (line) => metricsLog.info(line, 'metrics'),
      });
setInterval(() => metrics?.flush(), METRICS_INTERVAL_MS).unref();

const load = new Load(config.maxInFlight);
const app = createApp({
  greetingIds: stores.ids,
  history: stores.history,
  tokens,
  load,
  logger,
  readiness,
  onAnswered: (answered) => metrics?.observe(answered),
  pathPrefix: config.pathPrefix,
});
const { server, stop } = createApiServer(app, logger);

async function stopOn(signal: keyof typeof EXIT_CODES): Promise<void> {
  if (readiness.phase === 'stopping') process.exit(EXIT_CODES[signal]);
  readiness.end();
  logger.info({ signal }, 'stopping');
  const complete = await stop(STOP_LIMIT_MS, config.stopDelayMs > 0 ? delay(config.stopDelayMs) : undefined);
  metrics?.flush();
  if (complete) logger.info('stopped');
  else logger.error({ limitMs: STOP_LIMIT_MS }, 'stopped with requests unanswered');
  process.exit(complete ? 0 : 1);
}

const { address, port } = await listen(server, config).catch((error: NodeJS.ErrnoException) =>
  fail(explainListenFault(error, config)),
);
process.on('SIGTERM', (signal) => void stopOn(signal as 'SIGTERM'));
process.on('SIGINT', (signal) => void stopOn(signal as 'SIGINT'));
if (tokens === 'unverified') logger.warn('TOKEN_VERIFICATION is off: everybody is let in, as one person');
logger.info({ host: address, port }, 'listening');
// The first request does not wait for the keys, unless it comes very early.
keys?.refresh();
void load.watchEventLoop(systemClock, new AbortController().signal);
await stores.ready;
readiness.begin();
