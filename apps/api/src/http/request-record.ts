import type { ServerResponse } from 'node:http';
import type { Caller } from '../access/caller';
import { requestIdOf } from './request-id';
import { type Target, targetOf } from './target';

/** What is noted about a request while it is answered: for handlers, the log and the metrics. */
export interface RequestRecord {
  readonly requestId: string;
  /** What is asked for: the path as far as it is the API's. */
  target: Target;
  /** Pattern of the path, such as `/api/greetings/{id}`; none when nothing has this path. */
  route?: `/${string}`;
  /** Who asks; nobody where nobody has to say. */
  caller?: Caller;
  /** Why the request is answered with an error. */
  failure?: unknown;
}

const RECORD = Symbol('record');

/** The record of the request that is being answered. */
export function recordOf(response: ServerResponse & { [RECORD]?: RequestRecord }): RequestRecord {
  return (response[RECORD] ??= {
    requestId: requestIdOf(response.req.headers),
    target: targetOf(response.req.url ?? ''),
  });
}
