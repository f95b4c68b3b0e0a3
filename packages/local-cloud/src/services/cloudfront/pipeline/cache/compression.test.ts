import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { request } from '../../../../../test/requests';
import { CACHING_DISABLED, testEdge } from '../../../../../test/edge';

const TEXT = 'abc'.repeat(1_000);
const UNCOMPRESSED_OBJECTS = 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d';

async function answered(
  originHeaders: Record<string, string>,
  {
    accept = 'gzip, deflate, br',
    body = TEXT,
    status = 200,
    behavior = {},
    ...other
  }: {
    accept?: string;
    body?: string;
    status?: number;
    behavior?: object;
    method?: string;
    httpVersion?: string;
  } = {},
) {
  const { handle, answerWith } = testEdge({ behavior });
  answerWith(
    status,
    { 'Content-Type': 'text/html', 'Content-Length': String(body.length), ...originHeaders },
    body,
  );
  const { headers, body: bytes } = await handle(
    request('/a', { headers: [['Accept-Encoding', accept]], ...other }),
  );
  return {
    bytes: bytes as Buffer,
    header: (name: string) => headers.get(name),
    encoding: headers.get('content-encoding'),
  };
}

test('compresses with brotli, weakens the ETag and sets Vary [CF-COMP-01]', async () => {
  const { bytes, encoding, header } = await answered({ ETag: '"e"' });
  expect(brotliDecompressSync(bytes).toString()).toBe(TEXT);
  expect([encoding, header('etag'), header('vary'), header('content-length')]).toEqual([
    'br',
    'W/"e"',
    'Accept-Encoding',
    String(bytes.length),
  ]);
});

test.each(['gzip', 'gzip, br;q=0'])('gzip for %s [CF-COMP-01]', async (accept) => {
  const { bytes, encoding } = await answered({}, { accept });
  expect([encoding, gunzipSync(bytes).toString()]).toEqual(['gzip', TEXT]);
});

test.each([
  ['W/"e"', 'W/"e"'],
  ['e', undefined],
])('the ETag %s becomes %s [CF-COMP-01]', async (etag, expected) => {
  expect((await answered({ ETag: etag })).header('etag')).toBe(expected);
});

test('keeps the origin’s Vary [CF-COMP-01]', async () => {
  expect((await answered({ Vary: 'Origin' })).header('vary')).toBe('Origin, Accept-Encoding');
  expect((await answered({ Vary: 'accept-encoding, Origin' })).header('vary')).toBe(
    'accept-encoding, Origin',
  );
});

test.each([
  ['the viewer does not accept it', {}, { accept: 'identity' }],
  ['it is too small', {}, { body: 'x'.repeat(999) }],
  ['it is too large', {}, { body: 'x'.repeat(10_000_001) }],
  ['the origin did', { 'Content-Encoding': 'gzip' }, {}],
  ['the status is another', {}, { status: 400 }],
  ['the viewer speaks HTTP/1.0', {}, { httpVersion: '1.0' }],
])('does not compress when %s [CF-COMP-01]', async (_, headers, other) => {
  expect((await answered(headers, other)).encoding).not.toBe('br');
});

test.each([403, 404])('a %i is compressed too [CF-COMP-01]', async (status) => {
  expect((await answered({}, { status })).encoding).toBe('br');
});

test('HEAD has the same headers [CF-COMP-01, CF-HEAD-01]', async () => {
  const { encoding, bytes, header } = await answered({ ETag: '"e"' }, { method: 'HEAD' });
  expect([encoding, bytes, header('etag')]).toEqual(['br', undefined, 'W/"e"']);
});

test.each([
  ['application/wasm', 'br'],
  ['application/javascript; charset=utf-8', 'br'],
  ['image/svg+xml', 'br'],
  ['TEXT/CSS', 'br'],
  ['font/woff2', undefined],
  ['application/manifest+json', undefined],
  ['application/problem+json', undefined],
  ['image/x-icon', undefined],
  ['text/markdown', undefined],
])('%s: %s [CF-COMP-02]', async (type, expected) => {
  expect((await answered({ 'Content-Type': type })).encoding).toBe(expected);
});

test('does not compress when caching is off [CF-COMP-03]', async () => {
  expect((await answered({}, { behavior: { CachePolicyId: CACHING_DISABLED } })).encoding).toBeUndefined();
});

test.each([[{ Compress: false }], [{ CachePolicyId: UNCOMPRESSED_OBJECTS }]])(
  'behavior and policy must both want it: %j [CF-COMP-04]',
  async (behavior) => {
    expect((await answered({}, { behavior })).encoding).toBeUndefined();
  },
);
