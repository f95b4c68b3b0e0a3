import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { type Certificate, certificateFor } from './certificate';
import { HeaderList } from './header-list';
import { listen, type Tls } from './listener';
import { answerWith } from './request-listener';

/** Listens with TLS and responds with the protocol of the request. */
async function start(plainHttp: Tls['plainHttp']): Promise<{ port: number; certificate: Certificate }> {
  const certificate = await certificateFor(undefined);
  const listener = await listen(0, '--port', { certificate, plainHttp });
  onTestFinished(() => listener.close());
  expect(listener.origin).toBe(`https://localhost:${listener.port}`);
  const handler = async ({ protocol }: { protocol: string }) => ({
    status: 200,
    headers: new HeaderList([]),
    body: Buffer.from(protocol),
  });
  listener.serve(answerWith(handler, pino({ level: 'silent' }), () => undefined));
  return { port: listener.port, certificate };
}

const bodyOf = async (request: ReturnType<typeof get>): Promise<string> => {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
};

test.each(['localhost', '127.0.0.1', '::1'])(
  'serves HTTPS on %s with a certificate that a client can trust',
  async (host) => {
    const { port, certificate } = await start('refused');
    const request = getSecurely({ host, port, ca: certificate.cert, agent: false });
    expect(await bodyOf(request)).toBe('https');
  },
);

test('plain HTTP on the same port is handled as such', async () => {
  const { port } = await start('answered');
  expect(await bodyOf(get({ host: '127.0.0.1', port, agent: false }))).toBe('http');
});

test('a port that rejects plain HTTP closes the connection (AG-LIM-10)', async () => {
  const { port } = await start('refused');
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await text(socket)).toBe('');
});

test('a connection without data does not keep the listener open', async () => {
  const certificate = await certificateFor(undefined);
  const listener = await listen(0, '--port', { certificate, plainHttp: 'answered' });
  const socket = connect(listener.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  await listener.close();
  await closed;
});

test('a stored certificate is reused, and only its owner can read it', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'certificate-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'deep/kept.pem');
  const first = await certificateFor(file);
  expect(await certificateFor(file)).toEqual(first);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toContain('PRIVATE KEY');
  expect(await certificateFor(undefined)).not.toEqual(first);
});
