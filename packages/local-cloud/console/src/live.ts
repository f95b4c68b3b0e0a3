import { useEffect, useMemo, useReducer, useState } from 'react';
import type { Snapshot, Surroundings } from '../../src/console/handler';
import type { ImportedRequest } from '../../src/console/har';
import type { ListedRequest, RequestView } from '../../src/console/request-view';
import type { SwitchesState } from '../../src/console/switches';

const KEPT = 200;
/** Container log lines arrive a moment after the response. */
const LATE_LINES_MS = 600;
const RETRY_MS = 2_000;

/** State of the local cloud, as its events report it. */
export interface Live extends Surroundings {
  /** Newest first. */
  readonly requests: readonly ListedRequest[];
  /** Requests that arrived while the list is paused, newest first. */
  readonly waiting: readonly ListedRequest[];
  readonly isPaused: boolean;
  /** Requests of a HAR file; they last as long as the page. */
  readonly imported: readonly ImportedRequest[];
  readonly switches: SwitchesState | undefined;
  readonly connection: 'connecting' | 'on' | 'lost';
  /** Increases with each snapshot: what was read before may be out of date. */
  readonly epoch: number;
}

type Change =
  | { readonly type: 'snapshot'; readonly data: Snapshot }
  | { readonly type: 'requests'; readonly data: readonly ListedRequest[] }
  | { readonly type: 'imported'; readonly data: readonly ImportedRequest[] }
  | { readonly type: 'cleared' }
  | { readonly type: 'switches'; readonly data: SwitchesState }
  | { readonly type: 'template'; readonly data: Surroundings }
  | { readonly type: 'connection'; readonly data: Live['connection'] }
  | { readonly type: 'pause' };

const INITIAL: Live = {
  requests: [],
  waiting: [],
  isPaused: false,
  imported: [],
  switches: undefined,
  topology: { nodes: [], edges: [] },
  addresses: [],
  connection: 'connecting',
  epoch: 0,
};

function reduce(live: Live, change: Change): Live {
  switch (change.type) {
    case 'snapshot': {
      const { requests, ...others } = change.data;
      const known = new Set(live.requests.map(({ id }) => id));
      const list = live.isPaused
        ? { waiting: requests.filter(({ id }) => !known.has(id)) }
        : { requests, waiting: [] };
      return { ...live, ...others, ...list, epoch: live.epoch + 1 };
    }
    case 'requests': {
      const newest = [...change.data].reverse();
      if (live.isPaused) return { ...live, waiting: [...newest, ...live.waiting].slice(0, KEPT) };
      return { ...live, requests: [...newest, ...live.requests].slice(0, KEPT) };
    }
    case 'cleared':
      return { ...live, requests: [], waiting: [], imported: [] };
    case 'imported':
      return { ...live, imported: change.data };
    case 'switches':
      return { ...live, switches: change.data };
    case 'template':
      return { ...live, ...change.data };
    case 'connection':
      return { ...live, connection: change.data };
    case 'pause': {
      if (!live.isPaused) return { ...live, isPaused: true };
      const requests = [...live.waiting, ...live.requests].slice(0, KEPT);
      return { ...live, isPaused: false, requests, waiting: [] };
    }
  }
}

/** Follows the events of the local cloud. */
export function useLive(): readonly [Live, (change: Change) => void] {
  const [live, apply] = useReducer(reduce, INITIAL);
  useEffect(() => {
    let events: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const listen = (): void => {
      const source = new EventSource('/events');
      events = source;
      source.onopen = () => apply({ type: 'connection', data: 'on' });
      source.onerror = () => {
        apply({ type: 'connection', data: 'lost' });
        // A browser does not reconnect after a response that is not an event stream.
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(listen, RETRY_MS);
      };
      for (const type of ['snapshot', 'requests', 'cleared', 'switches', 'template'] as const) {
        source.addEventListener(type, ({ data }: MessageEvent<string>) =>
          apply({ type, data: JSON.parse(data) } as Change),
        );
      }
    };
    // A browser has few connections per origin: a hidden page closes its own.
    const onVisibility = (): void => {
      clearTimeout(retry);
      if (document.hidden) events?.close();
      else if (events?.readyState !== EventSource.OPEN) listen();
    };
    document.addEventListener('visibilitychange', onVisibility);
    listen();
    return () => {
      clearTimeout(retry);
      events?.close();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, []);
  return [live, apply];
}

/** A request, or why there is none. */
export interface Opened {
  readonly name: string;
  readonly request?: RequestView;
  readonly error?: string;
}

/** Reads a request, again after each snapshot. @param name its id; `undefined`: none */
export function useRequest(name: string | undefined, { epoch, imported }: Live): Opened | undefined {
  const [opened, setOpened] = useState<Opened>();
  const own = useMemo(() => {
    const request = imported.find(({ id }) => String(id) === name);
    return request && name !== undefined ? { name, request } : undefined;
  }, [imported, name]);
  useEffect(() => {
    if (name === undefined || own) return;
    const left = new AbortController();
    let later: ReturnType<typeof setTimeout> | undefined;
    const read = async (isFirst: boolean): Promise<void> => {
      const { ok, body } = await getJson(`/requests/${encodeURIComponent(name)}`, left.signal);
      if (!ok) return setOpened({ name, error: (body as { error: string }).error });
      const request = body as RequestView;
      setOpened({ name, request });
      const isNew = Date.now() - Date.parse(request.at) < LATE_LINES_MS;
      if (isFirst && isNew) later = setTimeout(() => void read(false).catch(onError), LATE_LINES_MS);
    };
    const onError = (error: unknown): void => {
      if (!left.signal.aborted)
        setOpened({ name, error: `The local cloud does not respond: ${String(error)}` });
    };
    read(true).catch(onError);
    return () => {
      left.abort();
      clearTimeout(later);
    };
  }, [name, epoch, own]);
  if (own) return own;
  return opened?.name === name ? opened : undefined;
}

/** Reads JSON from the local cloud. */
export async function getJson(path: string, signal?: AbortSignal): Promise<{ ok: boolean; body: unknown }> {
  const response = await fetch(path, signal ? { signal } : {});
  return { ok: response.ok, body: await response.json() };
}

/** Sends a change, or a text of JSON, to the local cloud, and returns its answer. @throws Error with the reason */
export async function send<Answer>(
  method: 'PATCH' | 'POST' | 'DELETE',
  path: string,
  content: object | string = {},
): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(path, {
    method,
    headers,
    body: typeof content === 'string' ? content : JSON.stringify(content),
  }).catch((cause: unknown) => {
    throw new Error(`The local cloud does not respond: ${String(cause)}`, { cause });
  });
  const body = (await response.json()) as Answer & { readonly error?: string };
  if (!response.ok) throw new Error(body.error ?? `The local cloud answered with ${response.status}.`);
  return body;
}
