import type { ApiGatewayEvents } from './apigateway-events';
import type { CloudFrontEvents } from './cloudfront-events';
import type { CognitoEvents } from './cognito-events';
import type { LambdaEvents } from './lambda-events';
import type { S3Events } from './s3-events';

/** The part of a listener that decided. `rule`: its priority; `undefined`: the default action. */
interface ListenerDecision {
  listenerPort: number;
  rule: number | undefined;
}

interface ElasticLoadBalancingEvents {
  'request.forwarded': ListenerDecision & {
    targetGroup: string;
    targetPort: number;
    availableTargets: number;
  };
  /** Answers with the status: a fixed response or a redirect. */
  'action.responded': ListenerDecision & { action: 'fixed-response' | 'redirect'; status: number };
  /** Answers with 503. `forced`: the API was switched to `down` by hand. */
  'target.none-healthy': { targetGroup: string; forced: boolean };
  /** Answers with 504. */
  'target.timed-out': { targetPort: number; timeoutMs: number };
  /** Answers with 502. */
  'target.connection-failed': { targetPort: number; detail: string };
  'container.responded': { status: number };
  /** Answers with 500: the API was switched to `failing` by hand. */
  'container.failure-forced': object;
}

interface HttpEvents {
  /** Answers with 500. */
  'request.failed': { message: string };
  'response.broken-off': { message: string };
}

export interface ServiceEvents {
  apigateway: ApiGatewayEvents;
  cloudfront: CloudFrontEvents;
  cognito: CognitoEvents;
  elasticloadbalancing: ElasticLoadBalancingEvents;
  http: HttpEvents;
  lambda: LambdaEvents;
  s3: S3Events;
}

export type TracedService = keyof ServiceEvents;

type TraceEvent = {
  [Service in TracedService]: {
    [Event in keyof ServiceEvents[Service]]: {
      readonly service: Service;
      readonly event: Event;
      readonly data: Readonly<ServiceEvents[Service][Event]>;
    };
  }[keyof ServiceEvents[Service]];
}[TracedService];

/** A header field that a service set or removed, and the setting that made it do so. */
export interface HeaderChange {
  readonly on: 'request' | 'response';
  readonly op: 'set' | 'removed';
  readonly name: string;
  /** The value sent; absent when removed. Never a token: see {@link HopDetails.token}. */
  readonly value?: string;
  readonly by: string;
}

export interface HopDetails {
  readonly headers?: readonly HeaderChange[];
  /** A decoded token, without its signature. */
  readonly token?: { readonly header: object; readonly claims: object };
}

/** One event of a request. `atMs`: milliseconds since the request arrived. */
export type Hop = TraceEvent & { readonly atMs: number; readonly details: HopDetails };

/** A hop of a service. */
export type HopOf<Service extends TracedService> = Extract<Hop, { readonly service: Service }>;

/** Records the hops of one request, in order. */
export class Trace {
  readonly hops: Hop[] = [];
  /** Ids that also appear in the container's log lines of this request, e.g. a trace id. */
  readonly ids: string[] = [];
  readonly #startedAt = performance.now();

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  add<Service extends TracedService, Event extends keyof ServiceEvents[Service]>(
    service: Service,
    event: Event,
    data: ServiceEvents[Service][Event],
    details: HopDetails = {},
  ): void {
    this.hops.push({ service, event, data, atMs: this.elapsedMs, details } as unknown as Hop);
  }
}
