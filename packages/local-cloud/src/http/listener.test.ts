import { connect } from 'node:net';
import { Readable } from 'node:stream';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { dataOf, text } from '../../test/requests';
import { HeaderList } from './header-list';
import { listen, type Listener } from './listener';
import type { Request, RequestHandler } from './message';
import type { FaultResponder } from './request-fault';
import { type Answer, answerWith } from './request-listener';

const open: Listener[] = [];

afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

async function served(
  handler: RequestHandler,
  onFault?: FaultResponder,
  onAnswered: (request: Request, answer: Answer) => void = () => undefined,
): Promise<Listener> {
  const listener = await listen(0, '--port');
  open.push(listener);
  listener.serve(answerWith(handler, pino({ level: 'silent' }), onAnswered), onFault);
  return listener;
}

/** Sends bytes and gives all that comes back until the connection ends. */
function exchange({ port }: Listener, sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(sent));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
    socket.once('close', () => resolve(received));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(received) : reject(error),
    );
  });
}

const seen = (requests: Request[]): RequestHandler => {
  return async (request) => {
    requests.push(request);
    const body = request.body
      ? await text({ status: 200, headers: new HeaderList(), body: request.body })
      : 'none';
    return {
      status: 200,
      headers: new HeaderList([['Content-Length', String(body.length)]]),
      body: Buffer.from(body),
    };
  };
};

test('a request has the target, headers, body and version that were sent', async () => {
  const requests: Request[] = [];
  const listener = await served(seen(requests));
  const answer = await exchange(
    listener,
    'POST //a/../%2Fb?c=d%20e&c HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nabc$/s);
  expect(requests[0]).toMatchObject({
    method: 'POST',
    path: '//a/../%2Fb',
    query: 'c=d%20e&c',
    httpVersion: '1.1',
    clientIp: '127.0.0.1',
  });
  expect(requests[0]?.headers.getAll('X-A')).toEqual(['1', '2']);
});

test('accepts more headers than Node does by default', async () => {
  const requests: Request[] = [];
  const listener = await served(seen(requests));
  const many = 'a:\r\n'.repeat(2_500);
  await exchange(listener, `GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${many}\r\n`);
  expect(requests[0]?.headers.getAll('a')).toHaveLength(2_500);
});

test.each([
  ['http://other.example/a?b', 'other.example', '/a', 'b'],
  ['http://other.example', 'other.example', '/', ''],
  ['https://other.example?b', 'other.example', '/', 'b'],
])('the target %s overrides Host', async (target, host, path, query) => {
  const requests: Request[] = [];
  const listener = await served(seen(requests));
  await exchange(listener, `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
  expect(requests[0]).toMatchObject({ path, query });
  expect(requests[0]?.headers.getAll('host')).toEqual([host]);
});

test.each([
  ['malformed', 'GET / HTTP/1.1\r\nbroken\r\n\r\n'],
  ['malformed', 'GET / HTTP/1.1\r\n\r\n'],
  ['malformed', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['malformed', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['malformed', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
  ['method', 'FETCH / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['malformed', '\x16\x03\x01\x02\x00'],
  ['headTooLarge', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`],
])(
  'an invalid request (%s) gets the response of the service, then the connection closes',
  async (fault, sent) => {
    const requests: Request[] = [];
    const listener = await served(seen(requests), (found) => ({
      status: 418,
      headers: new HeaderList([
        ['X-Fault', found],
        ['Content-Length', '2'],
      ]),
      body: Buffer.from('no'),
    }));
    const answer = await exchange(listener, sent);
    expect(answer).toMatch(/^HTTP\/1\.1 418 [^\r]*\r\n/);
    expect(answer).toContain(`X-Fault: ${fault}\r\n`);
    expect(answer).toMatch(/\r\nConnection: close\r\n.*no$/s);
    expect(requests).toEqual([]);
  },
);

test('an invalid request gets a response without a body by default', async () => {
  const listener = await served(seen([]));
  expect(await exchange(listener, 'broken\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

test('CONNECT reaches the handler like any method, then the connection closes', async () => {
  const requests: Request[] = [];
  const listener = await served(seen(requests));
  const answer = await exchange(listener, 'CONNECT other.example:443 HTTP/1.1\r\nHost: h\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(requests[0]).toMatchObject({ method: 'CONNECT', path: 'other.example:443' });
});

test('an upgrade is handled like any request', async () => {
  const requests: Request[] = [];
  const listener = await served(seen(requests));
  const answer = await exchange(
    listener,
    'GET /a HTTP/1.1\r\nHost: h\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n',
  );
  expect([answer.slice(0, 15), requests[0]?.path]).toEqual(['HTTP/1.1 200 OK', '/a']);
});

test('Expect: 100-continue is answered before the body arrives (CF-LIM-03)', async () => {
  const listener = await served(seen([]));
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(listener.port, '127.0.0.1');
    let received = '';
    socket.write(
      'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n',
    );
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      if (received === '') socket.write('ab');
      received += chunk;
    });
    socket.once('close', () => resolve(received));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n.*ab$/s);
});

test('a body that fails in the middle closes the connection, and is recorded', async () => {
  const answered: [number, unknown][] = [];
  const handler: RequestHandler = () => {
    const failing = (function* () {
      yield Buffer.from('half');
      throw new Error('broken');
    })();
    const headers = new HeaderList([['Content-Length', '100']]);
    return Promise.resolve({ status: 200, headers, body: Readable.from(failing) });
  };
  const listener = await served(handler, undefined, (request, { status }) =>
    answered.push([status, dataOf(request, 'response.broken-off')]),
  );
  const sent = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
  expect(await exchange(listener, sent)).toMatch(/\r\n\r\nhalf$/);
  expect(await exchange(listener, sent)).toMatch(/\r\n\r\nhalf$/);
  expect(answered[0]).toEqual([200, { message: 'broken' }]);
});

test('the request and its body are aborted when the client goes away', async () => {
  let left = (): void => undefined;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const endless = new Readable({ read: () => undefined });
  const listener = await served((request) => {
    request.signal.addEventListener('abort', () => left(), { once: true });
    endless.push('x');
    return Promise.resolve({ status: 200, headers: new HeaderList(), body: endless });
  });
  const socket = connect(listener.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'));
  socket.once('data', () => socket.destroy());
  await gone;
  await expect.poll(() => endless.destroyed).toBe(true);
});

test.each([204, 304])('a %i is sent without a body', async (status) => {
  const body = Readable.from(['x']);
  const listener = await served(() => Promise.resolve({ status, headers: new HeaderList(), body }));
  const answer = await exchange(listener, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\\r\\n\\r\\n$`, 's'));
  expect(body.destroyed).toBe(true);
});

test('a response that cannot be written is 500, and the next request succeeds', async () => {
  let isBroken = true;
  const listener = await served(() => {
    const headers = new HeaderList([[isBroken ? 'X\nY' : 'X-Y', 'z']]);
    isBroken = false;
    return Promise.resolve({ status: 200, headers, body: undefined });
  });
  const sent = 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
  expect(await exchange(listener, sent)).toMatch(/^HTTP\/1\.1 500 /);
  expect(await exchange(listener, sent)).toMatch(/^HTTP\/1\.1 200 /);
});

test('requests before serve() wait for it', async () => {
  const listener = await listen(0, '--port');
  open.push(listener);
  const early = exchange(listener, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
  listener.serve(answerWith(seen([]), pino({ level: 'silent' }), () => undefined));
  expect(await early).toMatch(/^HTTP\/1\.1 200 OK/);
});

test.each(['GET', 'POST'])(
  'a client that sends an unread body receives the complete response: %s',
  async (method) => {
    const answered = 'x'.repeat(100_000);
    const rejecting: RequestHandler = () =>
      Promise.resolve({
        status: 413,
        headers: new HeaderList([['Content-Length', String(answered.length)]]),
        body: Buffer.from(answered),
      });
    const listener = await served(rejecting);
    const body = 'b'.repeat(12_000_000);
    const received = await exchange(
      listener,
      `${method} / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(received.slice(0, 12)).toBe('HTTP/1.1 413');
    expect(received.endsWith(`\r\n\r\n${answered}`)).toBe(true);
  },
);

test('a client that sends a body with an invalid request receives the complete response', async () => {
  const body = 'b'.repeat(12_000_000);
  const received = await exchange(
    await served(() => Promise.reject(new Error('not called'))),
    `POST / HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(received).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\n$/);
});

test('the signal of a request with a complete response is not aborted', async () => {
  const requests: Request[] = [];
  const listener = await served(seen(requests));
  await exchange(listener, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  expect(requests[0]?.signal.aborted).toBe(false);
});

test('the keep-alive timeout is set per listener (AG-LIM-09)', async () => {
  const listener = await listen(0, '--api-gateway-port', undefined, 310_000);
  open.push(listener);
  listener.serve((_request, response) => response.end());
  const response = await fetch(listener.origin);
  expect(response.headers.get('keep-alive')).toBe('timeout=310');
});

test('both bodies are recorded while they are sent, unread ones too', async () => {
  const answers: Answer[] = [];
  const headers = new HeaderList([['Content-Type', 'text/plain']]);
  const read: RequestHandler = async (request) => ({
    status: 200,
    headers,
    body: Readable.from([Buffer.from('got '), Buffer.from(await text({ ...request, status: 0 }))]),
  });
  const unread: RequestHandler = () => Promise.resolve({ status: 403, headers, body: Buffer.from('no') });
  for (const handler of [read, unread]) {
    const listener = await served(handler, undefined, (_request, answer) => answers.push(answer));
    await fetch(listener.origin, {
      method: 'POST',
      body: 'hello',
      headers: { 'Content-Type': 'text/plain' },
    });
  }
  await expect
    .poll(() =>
      answers.map(({ requestBody, responseBody }) => [String(requestBody.bytes), String(responseBody.bytes)]),
    )
    .toEqual([
      ['hello', 'got hello'],
      ['hello', 'no'],
    ]);
});
