import type { Hop, HeaderChange } from '../trace/trace';
import type { ContainerLog, LogLine } from './container-log';
import { describeHop } from '../explain/describe-hop';
import { decidingHop, type Explanation, explain } from '../explain/explanations';
import { type MessageView, viewMessage } from './message-view';
import { redactFact, redactHeader, redactText } from './redaction';
import type { AnsweredRequest, EntryPoint } from './request-log';
import { requestPath } from '../explain/request-path';
import { type ExplainedToken, explainToken } from './token-claims';
import type { Topology } from '../run/services';
import type { LocalUrls } from './topology-map';

export interface RequestSummary {
  readonly id: number;
  readonly at: string;
  readonly via: EntryPoint;
  readonly method: string;
  readonly path: string;
  readonly queryNames: readonly string[];
  readonly status: number;
  readonly durationMs: number;
  /** Title of the explanation; empty for an ordinary request. */
  readonly title: string;
  readonly switches: readonly string[];
}

/** A request of the page's list, with what it can be filtered by. */
export interface ListedRequest extends RequestSummary {
  /** Without repetitions, in the order of the hops. */
  readonly services: readonly string[];
  readonly events: readonly string[];
  /** Empty for an ordinary request. */
  readonly explanationId: string;
  /** Headers of request and response, as `name: value`. */
  readonly headers: readonly string[];
}

export interface HeaderChangeView {
  readonly on: HeaderChange['on'];
  /** `changed`: an earlier hop had set it. */
  readonly op: 'added' | 'changed' | 'removed';
  readonly name: string;
  readonly value: string | undefined;
  readonly by: string;
}

export interface HopView {
  readonly service: string;
  /** Stable name of the event, e.g. `authorizer.token-missing`. */
  readonly event: string;
  readonly note: string;
  /** Time of this hop, and of the one before, in milliseconds since the request arrived. */
  readonly fromMs: number;
  readonly atMs: number;
  readonly facts: Readonly<Record<string, string>>;
  readonly headers: readonly HeaderChangeView[];
  readonly token: ExplainedToken | undefined;
  /** True for the hop that determined the status. */
  readonly deciding: boolean;
}

export interface RequestView extends RequestSummary {
  /** Local origin that received it, e.g. `http://localhost:4300`; empty when its resource has left the templates. */
  readonly origin: string;
  readonly cookieNames: readonly string[];
  readonly explanation: Explanation | undefined;
  readonly request: MessageView;
  readonly response: MessageView;
  readonly hops: readonly HopView[];
  /** Ids of the nodes that it passed, in order. */
  readonly requestPath: readonly string[];
  readonly logLines: readonly LogLine[];
}

/** Returns a request in short, redacted. */
function summarize(request: AnsweredRequest): RequestSummary {
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

/** Returns the entry of the page's list for a request, redacted. */
export function listRequest(request: AnsweredRequest): ListedRequest {
  const { hops } = request;
  return {
    ...summarize(request),
    services: [...new Set(hops.map((hop) => redactText(describeHop(hop).service)))],
    events: [...new Set(hops.map(({ event }) => event))],
    explanationId: explain(request)?.id ?? '',
    headers: [...request.request.headers, ...request.response.headers].map((field) => field.join(': ')),
  };
}

function refusalNote(request: AnsweredRequest): string {
  return request.status < 400 ? '' : redactText(sentenceOf(decidingHop(request)));
}

/** Returns the details of a request, redacted. */
export function viewRequest(
  request: AnsweredRequest,
  { topology, urls }: { readonly topology: Topology; readonly urls: LocalUrls },
  containers: ContainerLog,
): RequestView {
  const deciding = request.status >= 400 ? decidingHop(request) : undefined;
  const arrivedMs = Date.parse(request.at) - request.durationMs + request.clockOffsetMs;
  const seen = new Set<string>();
  return {
    ...summarize(request),
    origin: originOf(request, urls),
    cookieNames: request.cookieNames,
    explanation: explain(request),
    request: viewMessage(request.request),
    response: viewMessage(request.response),
    hops: request.hops.map((hop, index) => ({
      service: redactText(describeHop(hop).service),
      event: hop.event,
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
    requestPath: requestPath(topology, request),
    logLines: containers.linesWith(request.traceIds),
  };
}

function originOf({ via, owner = '' }: AnsweredRequest, urls: LocalUrls): string {
  const url = {
    distribution: urls.distributions.get(owner),
    'execute-api': urls.restApis.get(owner),
    'function-url': urls.functionUrls.get(owner),
    'invoke-api': undefined,
    'sign-in': urls.signIn,
  }[via];
  return url ? new URL(url).origin : '';
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
