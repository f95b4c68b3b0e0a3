import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';

/** Creates a sequence whose next id the test releases. */
function createHeldSequence() {
  const events = new EventEmitter();
  const requested = once(events, 'request');
  async function next(): Promise<number> {
    const released = once(events, 'release');
    events.emit('request');
    const [id] = await released;
    return id;
  }
  return { greetingIds: { next }, requested, release: (id: number) => events.emit('release', id) };
}

test('stop() completes in-flight requests and closes their connections', async () => {
  const { greetingIds, requested, release } = createHeldSequence();
  const { url, stop } = await serveApp({ greetingIds });
  const inFlight = fetch(`${url}/api/greeting`);
  await requested;
  const stopped = stop(60_000);
  release(7);
  const response = await inFlight;
  expect(response.headers.get('connection')).toBe('close');
  expect(await response.json()).toEqual({ id: 7, content: 'Hello, World!' });
  expect(await stopped).toBe(true);
});

test('stop() rejects new connections', async () => {
  const { greetingIds, requested, release } = createHeldSequence();
  const { url, stop } = await serveApp({ greetingIds });
  const inFlight = fetch(`${url}/api/greeting`);
  await requested;
  const stopped = stop(60_000);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  release(1);
  expect((await inFlight).status).toBe(200);
  expect(await stopped).toBe(true);
});

test('stop() closes idle connections', async () => {
  const { url, port, stop } = await serveApp();
  const idle = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => idle.once('close', resolve));
  idle.resume().write(`GET /health HTTP/1.1\r\nHost: ${url}\r\n\r\n`);
  await new Promise((resolve) => idle.once('data', resolve));
  expect(await stop(60_000)).toBe(true);
  await closed;
});

test('stop() closes the connections of in-flight requests after the timeout', async () => {
  const { greetingIds, requested } = createHeldSequence();
  const { url, stop } = await serveApp({ greetingIds });
  const inFlight = fetch(`${url}/api/greeting`);
  const closed = expect(inFlight).rejects.toThrow();
  await requested;
  expect(await stop(1)).toBe(false);
  await closed;
});
