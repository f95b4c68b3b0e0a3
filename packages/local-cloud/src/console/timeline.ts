import type { RequestSummary } from './request-view';

/** Requests that start later than this after all before them have ended belong to another group. */
const PAUSE_MS = 1_000;

/** Place of a request within the group of requests that ran at about the same time, in percent of the group's time. */
export interface Bar {
  readonly from: number;
  readonly width: number;
  /** Total time of the group, in milliseconds. */
  readonly groupMs: number;
  /** True for the request of a group that ended last: the first of it in a list of newest first. */
  readonly isLast: boolean;
}

/** Returns the bars of a timeline by request id. @param requests newest first */
export function timeline(requests: readonly RequestSummary[]): ReadonlyMap<RequestSummary['id'], Bar> {
  const spans = requests
    .map(({ id, at, durationMs }) => ({ id, from: Date.parse(at) - durationMs, to: Date.parse(at) }))
    .sort((a, b) => a.from - b.from);
  const groups: (typeof spans)[] = [];
  let end = -Infinity;
  for (const span of spans) {
    if (span.from > end + PAUSE_MS) groups.push([]);
    groups.at(-1)?.push(span);
    end = Math.max(end, span.to);
  }
  const rank = new Map(requests.map(({ id }, index) => [id, index]));
  return new Map(
    groups.flatMap((group) => {
      const start = Math.min(...group.map(({ from }) => from));
      const groupMs = Math.max(1, Math.max(...group.map(({ to }) => to)) - start);
      const first = Math.min(...group.map(({ id }) => rank.get(id) ?? 0));
      return group.map(({ id, from, to }) => {
        const isLast = rank.get(id) === first;
        return [
          id,
          { from: (100 * (from - start)) / groupMs, width: (100 * (to - from)) / groupMs, groupMs, isLast },
        ];
      });
    }),
  );
}
