import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Topology } from '../run/services';
import { CONSOLE_CSP, loadPage, NOT_BUILT } from './page';
import type { ConsoleTokens } from '../services/cognito/tokens/console-tokens';
import type { OutgoingRequest } from '../http/direct-call';
import { readAtMost } from '../http/read-at-most';
import { BadRequestError } from './bad-request';
import type { ContainerLog } from './container-log';
import {
  applySwitches,
  type Controls,
  isSwitchAction,
  SWITCH_ACTIONS,
  SwitchesPatch,
  type SwitchesState,
  switchesState,
} from './switches';
import type { AnsweredRequest, RequestLog } from './request-log';
import { Changes, prepareResend } from './resend';
import { fromHar, toHar } from './har';
import { type ListedRequest, listRequest, type RequestView, viewRequest } from './request-view';
import {
  type LocalAddress,
  localAddresses,
  type LocalUrls,
  type TopologyMap,
  topologyMap,
} from './topology-map';

const MAX_BODY_BYTES = 65_536;
const MAX_HAR_BYTES = 33_554_432;
/** Requests within this time are sent to the pages together. */
const BATCH_MS = 100;
const MAX_BATCH = 100;

interface Shown {
  readonly topology: Topology;
  readonly urls: LocalUrls;
}

/** The resources of the templates, and their addresses. */
export interface Surroundings {
  readonly topology: TopologyMap;
  readonly addresses: readonly LocalAddress[];
}

/** Everything that the page shows at first. */
export interface Snapshot extends Surroundings {
  /** Newest first. */
  readonly requests: readonly ListedRequest[];
  readonly switches: SwitchesState;
}

interface ConsoleOptions {
  readonly port: number;
  readonly shown: () => Shown;
  readonly requests: RequestLog;
  readonly containers: ContainerLog;
  readonly controls: Controls;
  /** Current tokens of the user pools. */
  readonly tokens: () => ConsoleTokens;
  /** Sends a request to the endpoint that received another. @returns the logged request; `undefined` without the endpoint */
  readonly send: (to: AnsweredRequest, request: OutgoingRequest) => Promise<AnsweredRequest | undefined>;
}

export interface Console {
  handle(request: IncomingMessage, response: ServerResponse): void;
  templateChanged(): void;
  close(): void;
}

/** Response of a route; `undefined` when it has responded itself. */
type RouteResponse =
  { readonly status: number; readonly type: string; readonly body: string | Buffer } | undefined;

const json = (status: number, value: unknown): RouteResponse => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value)}\n`,
});

const text = (status: number, body: string): RouteResponse => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

const fault = (status: number, message: string): RouteResponse => json(status, { error: message });

const HEADERS = {
  'Content-Security-Policy': CONSOLE_CSP,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
} as const;

/** Creates the console: its page, the requests and fault injection, for pages and programs of this machine only. */
export function createConsole(options: ConsoleOptions): Console {
  const { requests } = options;
  const guard = new SameOriginGuard(options.port);
  const files = loadPage();
  const stream = new EventStream();
  const stopNotifying = notifyOfRequests(requests, stream);
  const routes = new Routes(options, stream);

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<RouteResponse> => {
    const [pathname = '/'] = (request.url ?? '/').split('?');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const rejection = rejectionOf(guard, method, pathname, request);
    if (rejection) {
      const { status, reason } = rejection;
      return pathname === '/' ? text(status, reason) : fault(status, reason);
    }
    const file = files.get(pathname);
    if (file && method === 'GET') return { status: 200, type: file.type, body: file.content };
    if (pathname === '/' && method === 'GET') return text(503, NOT_BUILT);
    return routes.respond(method, pathname, request, response);
  };

  return {
    handle(request, response) {
      respond(request, response)
        .catch((error: unknown) => {
          if (error instanceof BadRequestError) return fault(error.status, error.message);
          return fault(500, `The console failed: ${error instanceof Error ? error.message : String(error)}`);
        })
        .then((result) => {
          if (result === undefined || response.headersSent) return;
          response.writeHead(result.status, { ...HEADERS, 'Content-Type': result.type });
          response.end(request.method === 'HEAD' ? undefined : result.body);
        })
        .catch(() => response.destroy());
    },
    templateChanged: () => stream.send({ type: 'template', data: surroundings(options.shown()) }),
    close() {
      stopNotifying();
      stream.close();
    },
  };
}

function surroundings({ topology, urls }: Shown): Surroundings {
  return { topology: topologyMap(topology, urls), addresses: localAddresses(urls) };
}

function rejectionOf(
  guard: SameOriginGuard,
  method: string,
  pathname: string,
  { headers }: IncomingMessage,
): Rejection | undefined {
  if (method !== 'GET') return guard.rejectChange(headers);
  // A link from elsewhere may lead to the page itself.
  return pathname === '/' ? guard.reject(headers) : guard.rejectData(headers);
}

class Routes {
  readonly #options: ConsoleOptions;
  readonly #stream: EventStream;

  constructor(options: ConsoleOptions, stream: EventStream) {
    this.#options = options;
    this.#stream = stream;
  }

  async respond(
    method: string,
    pathname: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<RouteResponse> {
    const { requests, controls } = this.#options;
    const [, first = '', second, ...more] = pathname.split('/');
    if (more.length > 0) return notFound();
    switch (`${method} /${first}${second === undefined ? '' : '/…'}`) {
      case 'GET /requests':
        return json(
          200,
          requests.latest().map((one) => this.#view(one)),
        );
      case 'GET /requests/…':
        return this.#request(second ?? '');
      case 'POST /requests/…':
        return this.#resend(second ?? '', request);
      case 'GET /har':
        return json(200, toHar(requests.latest().map((one) => this.#view(one))));
      case 'POST /har':
        return json(200, fromHar(parseJson(await readText(request, MAX_HAR_BYTES))));
      case 'GET /users':
        return json(200, this.#options.tokens().users());
      case 'DELETE /requests':
        requests.clear();
        return json(200, { message: 'The list of requests is empty.' });
      case 'GET /events':
        return this.#events(request, response);
      case 'GET /switches':
        return json(200, this.#state());
      case 'PATCH /switches':
        applySwitches(controls, await readBody(request, SwitchesPatch));
        return json(200, this.#changed());
      case 'POST /switches/…':
        return this.#act(second ?? '', request);
      default:
        return /^\/(?:(?:requests|switches)(?:\/[^/]+)?|events|har|users)?$/.test(pathname)
          ? fault(405, `${pathname} does not support ${method}.`)
          : notFound();
    }
  }

  #view(request: AnsweredRequest): RequestView {
    return viewRequest(request, this.#options.shown(), this.#options.containers);
  }

  #request(id: string): RouteResponse {
    return json(200, this.#view(this.#find(id)));
  }

  #find(id: string): AnsweredRequest {
    const request = /^\d{1,15}$/.test(id) ? this.#options.requests.find(Number(id)) : undefined;
    if (request) return request;
    const why = 'it was cleared, or replaced by newer ones';
    throw new BadRequestError(404, `There is no request ${id} in the list: ${why}.`);
  }

  async #resend(id: string, request: IncomingMessage): Promise<RouteResponse> {
    const { send, tokens } = this.#options;
    const original = this.#find(id);
    const { origin, via } = this.#view(original);
    if (via === 'sign-in' || via === 'invoke-api') {
      throw new BadRequestError(
        409,
        'Requests to sign-in and the Invoke API cannot be sent again: they have codes, cookies or signatures.',
      );
    }
    const changes = await readBody(request, Changes);
    const outgoing =
      origin && (await prepareResend(original, changes, { host: new URL(origin).host, tokens: tokens() }));
    const sent = outgoing && (await send(original, outgoing));
    if (!sent) throw new BadRequestError(409, 'The endpoint that received it is no longer in the templates.');
    return json(200, this.#view(sent));
  }

  #events(request: IncomingMessage, response: ServerResponse): RouteResponse {
    if (request.method === 'HEAD') return { status: 200, type: 'text/event-stream; charset=utf-8', body: '' };
    const snapshot: Snapshot = {
      ...surroundings(this.#options.shown()),
      requests: this.#options.requests.latest().map(listRequest),
      switches: this.#state(),
    };
    const joined = this.#stream.join(response, HEADERS, { type: 'snapshot', data: snapshot });
    return joined ? undefined : fault(503, 'Too many pages of the console are open: close some.');
  }

  async #act(name: string, request: IncomingMessage): Promise<RouteResponse> {
    if (!isSwitchAction(name)) {
      return fault(404, `There is no action ${name}; there are ${Object.keys(SWITCH_ACTIONS).join(', ')}.`);
    }
    const action = SWITCH_ACTIONS[name];
    const message = await action.run(this.#options.controls, await readBody(request, action.input));
    return json(200, { message, ...this.#changed() });
  }

  #state(): SwitchesState {
    return switchesState(this.#options.controls);
  }

  #changed(): SwitchesState {
    const state = this.#state();
    this.#stream.send({ type: 'switches', data: state });
    return state;
  }
}

function notFound(): RouteResponse {
  return fault(
    404,
    'The console has /, /requests, /requests/{id}, /events, /har, /users, /switches and /switches/{action}.',
  );
}

/** Sends requests to the pages. @returns a function that stops it */
function notifyOfRequests(requests: RequestLog, stream: EventStream): () => void {
  let batch: AnsweredRequest[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const requestsToSend = batch.splice(0).slice(-MAX_BATCH);
    if (requestsToSend.length > 0) stream.send({ type: 'requests', data: requestsToSend.map(listRequest) });
  };
  const stop = requests.onChange((change) => {
    if (stream.size === 0) return;
    if (change === 'cleared') {
      batch = [];
      stream.send({ type: 'cleared', data: {} });
      return;
    }
    batch.push(change);
    if (batch.length > MAX_BATCH) batch.shift();
    timer ??= setTimeout(flush, BATCH_MS).unref();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** @throws BadRequestError if it is too large */
async function readText(request: IncomingMessage, limit: number): Promise<string> {
  const body = await readAtMost(request, limit);
  if (body === 'too large') throw new BadRequestError(413, `The body is larger than ${limit} bytes.`);
  return body.toString();
}

/** @throws BadRequestError with all faults of the body */
async function readBody<Body>(request: IncomingMessage, schema: z.ZodType<Body>): Promise<Body> {
  const text = await readText(request, MAX_BODY_BYTES);
  const result = schema.safeParse(parseJson(text || '{}'));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new BadRequestError(400, `${faults.join('; ')}.`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new BadRequestError(400, `The body is not JSON: ${(error as Error).message}.`);
  }
}

export interface Rejection {
  readonly status: 403 | 415;
  readonly reason: string;
}

/** Guards the console against pages of other origins. Programs (`curl`, a test) send no `Origin` and are allowed. */
class SameOriginGuard {
  readonly #hosts: readonly string[];
  readonly #origins: readonly string[];

  /** @param port of the console */
  constructor(port: number) {
    this.#hosts = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
    this.#origins = this.#hosts.map((host) => `http://${host}`);
  }

  /** Rejects a request with a foreign `Host`: DNS rebinding. */
  reject({ host }: IncomingHttpHeaders): Rejection | undefined {
    if (this.#hosts.includes(host ?? '')) return undefined;
    return { status: 403, reason: `Not a host of the console: open it at http://${this.#hosts[0]}/.` };
  }

  /** Rejects a request for data by a script of another origin. */
  rejectData(headers: IncomingHttpHeaders): Rejection | undefined {
    const rejected = this.reject(headers);
    if (rejected) return rejected;
    const { origin } = headers;
    const site = headers['sec-fetch-site'];
    const foreign =
      (origin !== undefined && !this.#origins.includes(origin)) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    return foreign
      ? {
          status: 403,
          reason: 'Requested by a page of another origin; only the console’s own page may do this.',
        }
      : undefined;
  }

  /** Rejects a change by another origin, or one that is not JSON: a form cannot send JSON. */
  rejectChange(headers: IncomingHttpHeaders): Rejection | undefined {
    const rejected = this.rejectData(headers);
    if (rejected) return rejected;
    return /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')
      ? undefined
      : { status: 415, reason: 'Send it with "Content-Type: application/json".' };
  }
}

const MAX_CLIENTS = 16;
const MAX_BUFFERED_BYTES = 1_048_576;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;

interface ConsoleEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Sends server-sent events to the console's pages, to a new page first a snapshot: it needs no events it missed. */
export class EventStream {
  readonly #clients = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor() {
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Connects a page and sends it a first event. @returns false when too many pages are connected */
  join(response: ServerResponse, headers: Readonly<Record<string, string>>, first: ConsoleEvent): boolean {
    if (this.#clients.size >= MAX_CLIENTS) return false;
    response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${RETRY_MS}\n\n${serialize(first)}`);
    this.#clients.add(response);
    response.once('close', () => this.#clients.delete(response));
    return true;
  }

  send(event: ConsoleEvent): void {
    if (this.#clients.size > 0) this.#write(serialize(event));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      // A page that does not read is disconnected; it reconnects and gets a new snapshot.
      if (client.writableLength > MAX_BUFFERED_BYTES) client.destroy();
      else client.write(text);
    }
  }
}

function serialize({ type, data }: ConsoleEvent): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
