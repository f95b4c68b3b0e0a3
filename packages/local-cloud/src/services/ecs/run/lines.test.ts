import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { forEachLine } from './lines';

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = new PassThrough();
  forEachLine(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  await new Promise<void>((resolve) => stream.once('close', resolve).end());
  return lines;
}

test('lines are put together from chunks, the last one without an end too', async () => {
  const [start, end] = [Buffer.from('gr\u00fcn\n').subarray(0, 3), Buffer.from('gr\u00fcn\n').subarray(3)];
  expect(await linesOf('a\nb', 'c\r\n\n', start, end, 'last')).toEqual(['a', 'bc', '', 'grün', 'last']);
});

test('a line that never ends comes in pieces', async () => {
  const lines = await linesOf('x'.repeat(100_000), 'x'.repeat(100_000));
  expect(lines.map((line) => line.length)).toEqual([65_536, 65_536, 65_536, 3_392]);
});
