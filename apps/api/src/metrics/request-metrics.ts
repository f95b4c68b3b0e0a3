import { API_METRICS, metricsRouteOf } from '@spa-on-aws/shared-types';
import type { AnsweredRequest } from '../http/request-log';

/** The most values a metric may have in one line of CloudWatch's embedded metric format. */
const MAX_VALUES = 100;

/** Where requests are counted whose path nothing has: there are as many such paths as one likes. */
const UNMATCHED = 'unmatched';

const DEFINITIONS = [
  { Name: API_METRICS.requests, Unit: 'Count' },
  { Name: API_METRICS.errors, Unit: 'Count' },
  { Name: API_METRICS.latency, Unit: 'Milliseconds' },
] as const;

/** What a {@link RequestMetrics} is built from. */
export interface RequestMetricsDependencies {
  /** The CloudWatch namespace. */
  readonly namespace: string;
  /** Takes one line of the format, as an object. */
  readonly write: (line: object) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

interface Figures {
  errors: number;
  latencies: number[];
}

/**
 * Counts requests, errors (5xx) and the time of answers by route, as lines in CloudWatch's embedded metric format.
 *
 * The dimension `Route` is method and pattern, `GET /api/greetings/{id}`: as many values as there are operations, and one
 * for all the rest. Health checks are no requests of anybody.
 */
export class RequestMetrics {
  readonly #dependencies: RequestMetricsDependencies;
  readonly #figures = new Map<string, Figures>();

  constructor(dependencies: RequestMetricsDependencies) {
    this.#dependencies = dependencies;
  }

  observe({ method, route, status, durationMs }: AnsweredRequest): void {
    if (route !== undefined && !route.startsWith('/api/')) return;
    const name = route === undefined || status === 405 ? UNMATCHED : metricsRouteOf({ method, path: route });
    let figures = this.#figures.get(name);
    if (figures === undefined) this.#figures.set(name, (figures = { errors: 0, latencies: [] }));
    if (status >= 500) figures.errors += 1;
    figures.latencies.push(durationMs);
    if (figures.latencies.length === MAX_VALUES) this.#write(name, figures);
  }

  /** Writes what has been counted since the last time; to be called every minute, and in the end. */
  flush(): void {
    for (const [name, figures] of this.#figures) this.#write(name, figures);
  }

  #write(name: string, { errors, latencies }: Figures): void {
    const { namespace, write, now = Date.now } = this.#dependencies;
    this.#figures.delete(name);
    write({
      _aws: {
        Timestamp: now(),
        CloudWatchMetrics: [
          { Namespace: namespace, Dimensions: [[API_METRICS.dimension]], Metrics: DEFINITIONS },
        ],
      },
      [API_METRICS.dimension]: name,
      [API_METRICS.requests]: latencies.length,
      [API_METRICS.errors]: errors,
      [API_METRICS.latency]: latencies,
    });
  }
}
