import type { ServerResponse } from 'node:http';

/** What handlers note about a request, for the log and the metrics. */
export interface RequestRecord {
  /** Pattern of the path, such as `/api/greetings/{id}`; none when nothing has this path. */
  route?: `/${string}`;
  /** Why the request is answered with an error. */
  failure?: unknown;
}

const records = new WeakMap<ServerResponse, RequestRecord>();

/** The record of the request that is being answered. */
export function recordOf(response: ServerResponse): RequestRecord {
  let record = records.get(response);
  if (record === undefined) records.set(response, (record = {}));
  return record;
}
