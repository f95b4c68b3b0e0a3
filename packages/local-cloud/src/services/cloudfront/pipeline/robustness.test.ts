import { connect } from 'node:net';
import pino from 'pino';
import { expect, test } from 'vitest';
import { cachePolicy, testDistribution, testEdge } from '../../../../test/edge';
import { listen } from '../../../http/listener';
import { answerWith } from '../../../http/request-listener';
import { distributionFaults } from './viewer/malformed-request';

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const next = numbers(20260501);
const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'get',
  'G€T',
  '',
  'A'.repeat(300),
];
const TARGETS = [
  '/',
  '/a',
  '/%zz',
  '/%00',
  '//..//../etc/passwd',
  '/a?b=%ff&&=&c',
  '*',
  'http://x/a',
  'https://',
  'a',
  '',
  `/${'x'.repeat(9_000)}`,
  '/\xff\xfe',
  '/a#b',
  '/a b',
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', ''];
const HEADERS = [
  'Host: h',
  'Host: h',
  'Host: h',
  'Host:',
  'Range: bytes=0-0',
  'Range: bytes=-1,5-2,9-',
  `Range: bytes=${'0-0,'.repeat(2_000)}`,
  'If-None-Match: "x", W/"y", *',
  'If-Modified-Since: yesterday',
  'If-Match: *',
  'Accept-Encoding: br;q=0, gzip;q=x, *',
  'Cookie: a=b; c; =d; ;;',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 5, 6',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Expect: 100-continue',
  'Expect: something else',
  'Connection: upgrade, close, x-a',
  'Upgrade: h2c',
  'X-A: \x01',
  ': x',
  'No colon',
  ' folded: x',
  `X-Big: ${'x'.repeat(40_000)}`,
  'Via: 1.1 a.cloudfront.net (CloudFront), 1.1 b.cloudfront.net (CloudFront)',
  'X-Forwarded-For: \xe4, , ,',
];
const BODIES = ['', '', 'abcde', '5\r\nabcde\r\n0\r\n\r\n', 'zz\r\n', '\0\0\0'];

function malformed(): string {
  const headers = Array.from({ length: Math.floor(next() * 6) }, () => pick(HEADERS));
  const text = `${pick(METHODS)} ${pick(TARGETS)} ${pick(VERSIONS)}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${pick(BODIES)}`;
  return next() < 0.2 ? text.slice(0, Math.floor(next() * text.length)) : text;
}

/** Sends, says that no more comes, and gives what came back. */
function exchange(port: number, sent: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(sent, 'latin1'));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
    socket.once('error', () => undefined).once('close', () => resolve(received));
  });
}

test('thousands of malformed requests cause no crash, no hang and no 5xx', { timeout: 60_000 }, async () => {
  const change = {
    behavior: { CachePolicyId: { Ref: 'Policy' }, AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] },
    resources: cachePolicy({}, { headers: ['Host', 'Range'], cookies: ['a'], query: 'all' as const }),
  };
  const { handle, cache } = testEdge({ ...change, limits: { maxEntries: 50 } });
  const listener = await listen(0, '--port');
  const faults: unknown[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) });
  listener.serve(
    answerWith(handle, log, () => undefined),
    distributionFaults(testDistribution(change), () => 0),
  );
  const statuses = new Map<string, number>();
  for (let round = 0; round < 40; round++) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(listener.port, malformed())));
    for (const answer of answers) {
      for (const [, status = ''] of answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm))
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  }
  const sane = await new Promise((resolve) => {
    const socket = connect(listener.port, '127.0.0.1', () =>
      socket.write('GET /sane HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'),
    );
    socket.once('data', (chunk) => resolve(chunk.toString().slice(0, 12)));
  });
  await listener.close();
  expect(sane).toBe('HTTP/1.1 200');
  expect(faults).toEqual([]);
  expect([...statuses.keys()].filter((status) => status.startsWith('5'))).toEqual([]);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining(['400', '403', '414']));
  expect(cache.size).toBeLessThanOrEqual(50);
});
