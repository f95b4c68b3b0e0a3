import { randomUUID } from 'node:crypto';
import type { Request } from '../../http/message';
import type { DecodedToken } from './authorizer';
import type { GatewayError } from './gateway-error';
import { queryParameters } from './query';
import type { RestApi } from './rest-api';
import type { Stage } from './stage';
import type { Route } from './routing';
import { nextTrace } from './trace-id';

/** Name of API Gateway in traces. */
export const SERVICE = 'API Gateway';

/** One call of a REST API, and what has become known of it on its way: what `$context` variables are made of. */
export class Call {
  readonly requestId = randomUUID();
  readonly extendedRequestId = `${randomUUID().replaceAll('-', '').slice(0, 15)}=`;
  /** `X-Amzn-Trace-Id` as the integration gets it (row AG-HD-02). */
  readonly trace: ReturnType<typeof nextTrace>;
  readonly #startedAt = performance.now();
  #query: ReadonlyMap<string, readonly string[]> | undefined;

  stage: Stage | undefined;
  route: Route | undefined;
  /** What the authorizer said, when it was asked. */
  authorizer: { readonly token: DecodedToken | undefined; readonly error: string | undefined } | undefined;
  apiKey: { readonly id: string; readonly value: string } | undefined;
  integration:
    { readonly status: number | undefined; readonly latencyMs: number; readonly error?: string } | undefined;
  error: GatewayError | undefined;
  /** Of the answer. */
  status: number | undefined;
  responseLength: number | undefined;

  /** @param receivedAt milliseconds since the epoch */
  constructor(
    readonly api: RestApi,
    readonly request: Request,
    readonly receivedAt: number,
  ) {
    this.trace = nextTrace(request.headers.get('x-amzn-trace-id'), receivedAt);
    request.trace.ids.push(this.trace.root);
  }

  /** Since the request came in. */
  get latencyMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  /** Path parameters as the route found them, decoded. */
  pathParameter(name: string): string | undefined {
    const raw = this.route?.parameters.get(name);
    return raw === undefined ? undefined : decodeURIComponent(raw);
  }

  /** Values of a query parameter; names are case-sensitive (row AG-HD-11). */
  queryParameter(name: string): readonly string[] {
    this.#query ??= queryParameters(this.request.query);
    return this.#query.get(name) ?? [];
  }

  /** The resource that policies speak of. */
  get methodArn(): string {
    const { api, stage, request } = this;
    const path = request.path.replace(/^\/[^/]*\/?/, '');
    return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}/${stage?.name ?? ''}/${request.method}/${path}`;
  }
}
