import { Readable } from 'node:stream';
import { HeaderList } from '../src/http/header-list';
import type { Request, Response } from '../src/http/message';
import { type Hop, Trace } from '../src/trace/trace';

/** Returns a request like those of a listener. */
export function request(
  target: string,
  change: Partial<Pick<Request, 'method' | 'protocol' | 'httpVersion'>> & {
    headers?: [string, string][];
    body?: string;
  } = {},
): Request {
  const [path = '', query = ''] = target.split('?');
  return {
    method: change.method ?? 'GET',
    protocol: change.protocol ?? 'https',
    httpVersion: change.httpVersion ?? '1.1',
    path,
    query,
    headers: new HeaderList([['Host', 'localhost:4300'], ...(change.headers ?? [])]),
    body: change.body === undefined ? undefined : Readable.from([Buffer.from(change.body)]),
    clientIp: '192.0.2.1',
    signal: new AbortController().signal,
    trace: new Trace(),
  };
}

/** Returns the complete body of a response as text. */
export async function text(response: Response): Promise<string> {
  if (response.body === undefined || Buffer.isBuffer(response.body)) return String(response.body ?? '');
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Returns the names of the events that a request recorded. */
export function eventsOf({ trace }: Pick<Request, 'trace'>): string[] {
  return trace.hops.map(({ event }) => event);
}

/** Returns the data of the first event of that name; `undefined` when it was not recorded. */
export function dataOf(
  { trace }: { readonly trace: { readonly hops: readonly Hop[] } },
  event: Hop['event'],
): Hop['data'] | undefined {
  return trace.hops.find((hop) => hop.event === event)?.data;
}
