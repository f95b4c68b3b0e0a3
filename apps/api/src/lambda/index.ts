import serverless from 'serverless-http';
import { createApp } from '../app';
import { readConfig } from '../config';
import { createLogger } from '../http-logger';
import { openStores } from '../stores';

// The entry point on AWS Lambda. Lambda starts and stops the process, and sends one request at a time, so nothing listens
// and nothing has to stop.

const config = readConfig(process.env);

const app = createApp({
  ...config,
  ...openStores(config.tables, config.greetingIdBlock),
  logger: createLogger(config.logLevel),
  state: { isStopping: false },
});

/** Handles a request of API Gateway's Lambda proxy integration. */
export const handler = serverless(app);
