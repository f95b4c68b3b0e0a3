import type { SignatureRejections } from './apigateway-events';

interface OfFunction {
  /** Logical id. */
  function: string;
}

/** Events of Lambda: event name to its data. */
export interface LambdaEvents {
  /** A request to the Invoke API. `type`: `RequestResponse`, `Event` or `DryRun`. */
  'api.called': OfFunction & { operation: 'Invoke' | 'InvokeWithResponseStream'; type: string };
  /** The Invoke API answers with an error. */
  'api.rejected': { error: string; message: string };
  /** `initMs`: absent on a warm instance. Times are in milliseconds. */
  'function.ran': OfFunction & { requestId: string; durationMs: number; initMs?: number };
  /** The function threw, ended, or exceeded its time limit. */
  'function.failed': OfFunction & { requestId: string; errorType: string; errorMessage: string };
  'function.logged': OfFunction & { line: string };
  /** No `AWS::Lambda::Permission` allows the call. */
  'invocation.denied': OfFunction & { principal: string; sourceArn: string | undefined };
  'invocation.throttled': OfFunction & { concurrency: number };
  'invocation.too-large': OfFunction & { bytes: number; maxBytes: number };
  /**
   * A queue, topic, event bus or bucket does not get the message about an asynchronous call that AWS sends. `attributes`: those of
   * a dead letter.
   */
  'destination.missed': OfFunction & {
    destination: string;
    condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
    message: string;
    attributes?: Readonly<Record<string, string>>;
  };
  /** `url`: of the local server that replaces the function. */
  'stand-in.called': OfFunction & { url: string };
  'stand-in.failed': OfFunction & { url: string; detail: string };
  'url.preflight-answered': OfFunction & { origin: string | undefined };
  /** Answers with 403. */
  'url.denied': OfFunction & {
    reason:
      | 'not-signed'
      | 'payload-hash'
      | 'no-permission'
      | Exclude<keyof SignatureRejections, 'missing' | 'malformed'>;
    principal: string;
  };
  'url.called': OfFunction & { method: string; path: string };
  'url.responded': OfFunction & { status: number };
  'url.response-malformed': OfFunction & { detail: string };
}
