import type { IncomingMessage, ServerResponse } from 'node:http';
import { traceOf } from '../services/cognito/pipeline/request-trace';
import { HeaderList } from '../http/header-list';
import { redactHeader } from './redaction';
import type { LoggedRequest } from './request-log';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Lets sign-in answer, and tells of each request when it is answered: sign-in's own protocol stack takes bare messages
 * of Node's, so it does not go through the listener as the other services do.
 */
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
      const { trace } = request;
      const to = locationOf(response);
      if (to !== undefined) trace.note('Cognito', `sends the browser to ${to}`);
      else if (trace.hops.length === 0) trace.note('Cognito', `answers with ${response.statusCode}`);
      onAnswered(request, response.statusCode, performance.now() - startedAt);
    });
    serve(message, response);
  };
}

/** Where the answer leads: with the names of its parameters, and the value of `error` alone, which is for people. */
function locationOf(response: ServerResponse): string | undefined {
  const location = response.getHeader('location');
  if (typeof location !== 'string') return undefined;
  const [, error] = /[?&]error=([\w.-]{1,60})(?:&|$)/.exec(location) ?? [];
  const shown = redactHeader('location', location);
  return error === undefined ? shown : `${shown}, with the error ${error}`;
}
