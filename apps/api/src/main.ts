import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app';
import { readConfig } from './config';
import type { Config } from './config';
import { ConfigError } from './errors';
import { gracefulStop } from './graceful-stop';
import { openSequence } from './greeting/open-sequence';
import { Readiness } from './health/readiness';
import { createLogger } from './logger';

/** How long answers in flight may take once the process is told to stop: ECS kills it after 30 s. */
const STOP_LIMIT_MS = 25_000;

/** Longer than the load balancer keeps an idle connection (60 s), so that it never sends a request into a closing one. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Reads the environment, and opens what it names. */
async function configure() {
  try {
    const config = readConfig(process.env);
    const logger = createLogger(config.logLevel);
    return { config, logger, sequence: await openSequence(config, logger) };
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

const { config, logger, sequence } = await configure();
const readiness = new Readiness();
const server = createServer(
  createApp({ greetingIds: sequence.ids, logger, readiness, pathPrefix: config.pathPrefix }),
);
server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
server.headersTimeout = KEEP_ALIVE_TIMEOUT_MS + 1_000;
const stop = gracefulStop(server);

async function stopOn(signal: keyof typeof EXIT_CODES): Promise<void> {
  if (readiness.phase === 'stopping') process.exit(EXIT_CODES[signal]);
  readiness.end();
  logger.info({ signal }, 'stopping');
  const complete = await stop(STOP_LIMIT_MS);
  if (complete) logger.info('stopped');
  else logger.error({ limitMs: STOP_LIMIT_MS }, 'stopped with requests unanswered');
  process.exit(complete ? 0 : 1);
}

const { address, port } = await listen(server, config).catch((error: NodeJS.ErrnoException) =>
  fail(explainListenFault(error, config)),
);
process.on('SIGTERM', (signal) => void stopOn(signal as 'SIGTERM'));
process.on('SIGINT', (signal) => void stopOn(signal as 'SIGINT'));
logger.info({ host: address, port }, 'listening');
await sequence.ready;
readiness.begin();
