import type { Hop, HeaderChange } from '../trace/trace';
import type { ContainerLog, LogLine } from './container-log';
import { describeHop } from '../explain/describe-hop';
import { decidingHop, type Explanation, explain } from '../explain/explanations';
import { redactFact, redactHeader, redactText } from './redaction';
import type { AnsweredRequest, EntryPoint } from './request-log';
import { requestPath } from '../explain/request-path';
import { type ExplainedToken, explainToken } from './token-claims';
import type { Topology } from '../run/services';

/** A request as it stands in the list. */
export interface RequestSummary {
  readonly id: number;
  readonly at: string;
  readonly via: EntryPoint;
  readonly method: string;
  readonly path: string;
  readonly queryNames: readonly string[];
  readonly status: number;
  readonly durationMs: number;
  /** In a few words what happened; empty when it was nothing out of the ordinary. */
  readonly title: string;
  /** What was switched on at that moment. */
  readonly switches: readonly string[];
}

/** A header that a hop changed. */
export interface HeaderChangeView {
  readonly on: HeaderChange['on'];
  /** `changed`: an earlier hop had set it. */
  readonly op: 'added' | 'changed' | 'removed';
  readonly name: string;
  readonly value: string | undefined;
  readonly by: string;
}

/** A hop as it is shown. */
export interface HopView {
  readonly service: string;
  readonly note: string;
  /** When it was done, and when the hop before it was, in milliseconds since the request came in. */
  readonly fromMs: number;
  readonly atMs: number;
  readonly facts: Readonly<Record<string, string>>;
  readonly headers: readonly HeaderChangeView[];
  readonly token: ExplainedToken | undefined;
  /** Whether this is the hop that made the answer what it is. */
  readonly deciding: boolean;
}

/** A request opened. */
export interface RequestView extends RequestSummary {
  readonly cookieNames: readonly string[];
  readonly explanation: Explanation | undefined;
  readonly hops: readonly HopView[];
  /** Ids of what it passed on the map, in order. */
  readonly road: readonly string[];
  /** What containers logged about it. */
  readonly logLines: readonly LogLine[];
}

/** What stands in the list of a request. Everything of it is redacted, whoever wrote it. */
export function summarize(request: AnsweredRequest): RequestSummary {
  const { id, at, via, method, path, queryNames, status, durationMs, switches } = request;
  return {
    id,
    at,
    via,
    method,
    path: redactText(path),
    queryNames,
    status,
    durationMs,
    title: explain(request)?.title ?? refusalNote(request),
    switches,
  };
}

function refusalNote(request: AnsweredRequest): string {
  return request.status < 400 ? '' : redactText(sentenceOf(decidingHop(request)));
}

/** What is shown of a request that was opened. Everything of it is redacted, whoever wrote it. */
export function viewRequest(
  request: AnsweredRequest,
  topology: Topology,
  containers: ContainerLog,
): RequestView {
  const deciding = request.status >= 400 ? decidingHop(request) : undefined;
  const arrivedMs = Date.parse(request.at) - request.durationMs + request.clockOffsetMs;
  const seen = new Set<string>();
  return {
    ...summarize(request),
    cookieNames: request.cookieNames,
    explanation: explain(request),
    hops: request.hops.map((hop, index) => ({
      service: redactText(describeHop(hop).service),
      note: redactText(sentenceOf(hop)),
      fromMs: tenths(request.hops[index - 1]?.atMs ?? 0),
      atMs: tenths(hop.atMs),
      facts: Object.fromEntries(
        Object.entries(describeHop(hop).facts).map(([name, value]) => [name, redactFact(name, value)]),
      ),
      headers: (hop.details.headers ?? []).map((change) => viewChange(change, seen)),
      token: tokenOf(hop, arrivedMs),
      deciding: hop === deciding,
    })),
    road: requestPath(topology, request),
    logLines: containers.linesWith(request.traceIds),
  };
}

const sentenceOf = (hop: Hop | undefined): string => (hop ? describeHop(hop).sentence : '');

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

function tokenOf({ details: { token } }: Hop, atMs: number): ExplainedToken | undefined {
  return token && explainToken(token.claims as Readonly<Record<string, unknown>>, atMs);
}

function viewChange({ on, op, name, value, by }: HeaderChange, seen: Set<string>): HeaderChangeView {
  const key = `${on} ${name.toLowerCase()}`;
  const setBefore = seen.has(key);
  if (op === 'set') seen.add(key);
  else seen.delete(key);
  return {
    on,
    op: op === 'removed' ? 'removed' : setBefore ? 'changed' : 'added',
    name: redactText(name),
    value: value === undefined ? undefined : redactHeader(name, value),
    by: redactText(by),
  };
}
