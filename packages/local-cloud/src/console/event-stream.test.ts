import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { EventStream } from './handler';

const streams: EventStream[] = [];

afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

/** A response whose text is read only on request. */
function join(stream: EventStream): { response: PassThrough; joined: boolean } {
  const response = Object.assign(new PassThrough(), { writeHead: () => undefined });
  const joined = stream.join(response as unknown as ServerResponse, {}, { type: 'first', data: {} });
  return { response, joined };
}

function open(): EventStream {
  const stream = new EventStream();
  streams.push(stream);
  return stream;
}

test('a page that does not read is let go before it fills the memory', async () => {
  const stream = open();
  const { response } = join(stream);
  const data = 'x'.repeat(100_000);
  for (let sent = 0; sent < 12 && !response.destroyed; sent += 1) stream.send({ type: 'big', data });
  expect(response.destroyed).toBe(true);
  await new Promise((resolve) => response.once('close', resolve));
  expect(stream.size).toBe(0);
});

test('text with line ends stays one event', () => {
  const stream = open();
  const { response } = join(stream);
  stream.send({ type: 'note', data: 'one\n\nevent: two\ndata: three' });
  const text = String(response.read());
  expect(text).toContain('event: note\ndata: "one\\n\\nevent: two\\ndata: three"\n\n');
  expect(text.match(/^event: /gm)).toHaveLength(2);
});

test('there is room for sixteen pages', () => {
  const stream = open();
  expect(Array.from({ length: 17 }, () => join(stream).joined).filter(Boolean)).toHaveLength(16);
});
