import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { API_METRICS, API_METRICS_SERVICE } from '@spa-on-aws/shared-types';
import type { RequestHandler } from 'express';

const PUBLISH_INTERVAL_MS = 60_000;

/**
 * Creates CloudWatch metrics that are written to the log in the embedded metric format, every minute and every 100 requests.
 * Call {@link publish} before the process ends.
 */
export function createMetrics(namespace: string): Metrics {
  const metrics = new Metrics({ namespace, serviceName: API_METRICS_SERVICE });
  setInterval(() => publish(metrics), PUBLISH_INTERVAL_MS).unref();
  return metrics;
}

/** Writes the metrics since the last call. */
export function publish(metrics: Metrics): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Measures the latency of requests, and counts errors (5xx). The number of latencies is the number of requests. */
export function countRequests(metrics: Metrics): RequestHandler {
  return function requestCount(_req, res, next) {
    const startedAt = performance.now();
    res.once('close', () => {
      metrics.addMetric(API_METRICS.latency, MetricUnit.Milliseconds, performance.now() - startedAt);
      if (res.statusCode >= 500) metrics.addMetric(API_METRICS.errors, MetricUnit.Count, 1);
    });
    next();
  };
}
