import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';

/** A sequence that gives its next id when the test releases it. */
function heldSequence() {
  const events = new EventEmitter();
  const asked = once(events, 'ask');
  async function next(): Promise<number> {
    const released = once(events, 'release');
    events.emit('ask');
    const [id] = await released;
    return id;
  }
  return { greetingIds: { next }, asked, release: (id: number) => events.emit('release', id) };
}

test('a request in flight is answered, its connection is closed, and then the server has stopped', async () => {
  const { greetingIds, asked, release } = heldSequence();
  const { url, stop } = await serveApp({ greetingIds });
  const answering = fetch(`${url}/api/greeting`);
  await asked;
  const stopped = stop(60_000);
  release(7);
  const answer = await answering;
  expect(answer.headers.get('connection')).toBe('close');
  expect(await answer.json()).toEqual({ id: 7, content: 'Hello, World!' });
  expect(await stopped).toBe(true);
});

test('a server that stops takes no new connection', async () => {
  const { greetingIds, asked, release } = heldSequence();
  const { url, stop } = await serveApp({ greetingIds });
  const answering = fetch(`${url}/api/greeting`);
  await asked;
  const stopped = stop(60_000);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  release(1);
  expect((await answering).status).toBe(200);
  expect(await stopped).toBe(true);
});

test('an idle connection does not hold the stop up', async () => {
  const { url, port, stop } = await serveApp();
  const idle = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => idle.once('close', resolve));
  idle.resume().write(`GET /health HTTP/1.1\r\nHost: ${url}\r\n\r\n`);
  await new Promise((resolve) => idle.once('data', resolve));
  expect(await stop(60_000)).toBe(true);
  await closed;
});

test('what is unanswered at the limit is cut', async () => {
  const { greetingIds, asked } = heldSequence();
  const { url, stop } = await serveApp({ greetingIds });
  const answering = fetch(`${url}/api/greeting`);
  const cut = expect(answering).rejects.toThrow();
  await asked;
  expect(await stop(1)).toBe(false);
  await cut;
});
