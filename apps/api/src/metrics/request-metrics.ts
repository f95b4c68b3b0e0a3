import { API_METRICS, metricsRouteOf } from '@spa-on-aws/shared-types';
import type { CompletedRequest } from '../http/request-log';

/** Maximum number of values per metric in one line of the embedded metric format. */
const MAX_VALUES = 100;

/** One route for all unknown paths, because their number is unlimited. */
const UNMATCHED = 'unmatched';

const METRICS = [
  { Name: API_METRICS.requests, Unit: 'Count' },
  { Name: API_METRICS.errors, Unit: 'Count' },
  { Name: API_METRICS.latency, Unit: 'Milliseconds' },
] as const;

interface RouteMetrics {
  errors: number;
  latencies: number[];
}

/**
 * Counts requests, errors (5xx) and latency by route, and writes them in CloudWatch's embedded metric format.
 *
 * The dimension `Route` is the method and path pattern, such as `GET /api/greetings/{id}`. Health checks are not counted.
 */
export class RequestMetrics {
  readonly #routes = new Map<string, RouteMetrics>();

  /**
   * @param namespace CloudWatch namespace
   * @param write writes one line
   * @param now returns milliseconds since 1970
   */
  constructor(
    private readonly namespace: string,
    private readonly write: (line: object) => void,
    private readonly now: () => number = Date.now,
  ) {}

  observe({ method, route, status, durationMs }: CompletedRequest): void {
    if (route !== undefined && !route.startsWith('/api/')) return;
    const name = route === undefined || status === 405 ? UNMATCHED : metricsRouteOf({ method, path: route });
    const metrics = this.#routes.get(name) ?? { errors: 0, latencies: [] };
    this.#routes.set(name, metrics);
    if (status >= 500) metrics.errors += 1;
    metrics.latencies.push(durationMs);
    if (metrics.latencies.length === MAX_VALUES) this.#flush(name, metrics);
  }

  /** Writes all metrics since the last call. Call it every minute, and before the process ends. */
  flush(): void {
    for (const [name, metrics] of this.#routes) this.#flush(name, metrics);
  }

  #flush(name: string, { errors, latencies }: RouteMetrics): void {
    this.#routes.delete(name);
    this.write({
      _aws: {
        Timestamp: this.now(),
        CloudWatchMetrics: [
          { Namespace: this.namespace, Dimensions: [[API_METRICS.dimension]], Metrics: METRICS },
        ],
      },
      [API_METRICS.dimension]: name,
      [API_METRICS.requests]: latencies.length,
      [API_METRICS.errors]: errors,
      [API_METRICS.latency]: latencies,
    });
  }
}
