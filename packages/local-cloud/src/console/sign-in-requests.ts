import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderList } from '../http/header-list';
import { record, traceOf } from '../services/cognito/pipeline/request';
import { redactHeader } from './redaction';
import type { LoggedRequest } from './request-log';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves Cognito, which takes Node's messages as oidc-provider does, and reports each request when it is answered. */
export function observeSignIn(
  serve: Serve,
  onAnswered: (request: LoggedRequest, status: number, durationMs: number) => void,
): Serve {
  return (message, response) => {
    const startedAt = performance.now();
    const [path = '/', ...query] = (message.url ?? '/').split('?');
    const request: LoggedRequest = {
      method: message.method ?? 'GET',
      path,
      query: query.join('?'),
      headers: HeaderList.fromRaw(message.rawHeaders),
      trace: traceOf(message),
    };
    response.once('finish', () => {
      const location = response.getHeader('location');
      if (typeof location === 'string') {
        const [, error] = /[?&]error=([\w.-]{1,60})(?:&|$)/.exec(location) ?? [];
        record(message, 'redirect.sent', { location: redactHeader('location', location), error });
      } else if (request.trace.hops.length === 0) {
        record(message, 'response.sent', { status: response.statusCode });
      }
      onAnswered(request, response.statusCode, performance.now() - startedAt);
    });
    serve(message, response);
  };
}
