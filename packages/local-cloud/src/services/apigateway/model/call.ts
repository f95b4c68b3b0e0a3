import type { Request } from '../../../http/message';
import type { nextTrace } from '../../../http/backend';
import type { GatewayError } from './gateway-error';
import type { RestApi } from './rest-api';
import type { Route } from './routing';
import type { Stage } from './stage';

export interface DecodedToken {
  readonly header: object;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A call of a REST API with what the steps of the pipeline found out: the source of `$context` variables. */
export interface Call {
  readonly api: RestApi;
  readonly request: Request;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** `X-Amzn-Trace-Id` for the integration (row AG-HD-02). */
  readonly traceId: ReturnType<typeof nextTrace>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly latencyMs: () => number;
  stage?: Stage;
  route?: Route;
  /** `allowed`: the authorizer's decision. */
  authorizer?: {
    readonly token: DecodedToken | undefined;
    readonly allowed: boolean;
    /** Of a Lambda authorizer: `principalId` and the values of its `context`. */
    readonly context?: Readonly<Record<string, string>>;
  };
  /** The IAM user that signed the request. */
  iam?: Readonly<Record<'accountId' | 'accessKey' | 'caller' | 'user' | 'userArn', string>>;
  apiKey?: { readonly id: string; readonly value: string };
  /** `status`: absent when the integration did not respond. */
  integration?: { readonly status?: number; readonly latencyMs: number };
  /** Faults of the body, for `$context.error.validationErrorString`. */
  validationError?: string;
  error?: GatewayError;
  response?: { readonly status: number; readonly length: number };
}

export function methodArn({ api, stage, request }: Call): string {
  const path = request.path.replace(/^\/[^/]*\/?/, '');
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}/${stage?.name ?? ''}/${request.method}/${path}`;
}
