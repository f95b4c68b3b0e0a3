import serverless from 'serverless-http';
import { createApp } from '../app';
import { readConfig } from '../config';
import { createLogger } from '../http-logger';
import { createMetrics, publish } from '../metrics';
import { openStores } from '../stores';

// The entry point on AWS Lambda. Lambda starts and stops the process, and sends one request at a time, so nothing listens
// and nothing has to stop.

const config = readConfig(process.env);
const metrics = config.metricsNamespace ? createMetrics(config.metricsNamespace) : undefined;

const app = createApp({
  ...config,
  ...openStores(config.tables, config.greetingIdBlock),
  logger: createLogger(config.logLevel),
  state: { isStopping: false },
  metrics,
});
const handleEvent = serverless(app);

/** Handles a request of API Gateway's Lambda proxy integration. */
export async function handler(event: object, context: object): Promise<object> {
  const response = await handleEvent(event, context);
  // Lambda may never run the process again.
  if (metrics) publish(metrics);
  return response;
}
