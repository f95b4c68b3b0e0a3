import { Readable } from 'node:stream';
import { HeaderList } from '../src/http/header-list';
import { type Request, type Response } from '../src/http/message';
import { Trace } from '../src/trace/trace';

/** A request as a listener would make it, with what the test changes. */
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

/** The whole body of a response as text. */
export async function text(response: Response): Promise<string> {
  if (response.body === undefined || Buffer.isBuffer(response.body)) return String(response.body ?? '');
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
