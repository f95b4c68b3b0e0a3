import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { HeaderList } from '../http/header-list';
import { RecordedBody } from '../http/recorded-body';
import { type BodyView, type HeaderField, viewMessage } from './message-view';

function viewed(type: string, chunks: readonly (string | Buffer)[], coding?: string): BodyView | undefined {
  const headers: HeaderField[] = [
    ['Content-Type', type],
    ...(coding === undefined ? [] : [['Content-Encoding', coding] as const]),
  ];
  const body = new RecordedBody();
  for (const chunk of chunks) body.add(Buffer.from(chunk), new HeaderList(headers));
  return viewMessage({ headers, body }).body;
}

test('a JSON body is shown with indentation, and its secrets are hidden', () => {
  const sent = {
    name: 'Ada',
    AuthParameters: { USERNAME: 'ada', NEW_PASSWORD: 'x1' },
    code: 'abc',
    n: [{ idToken: 'x2' }],
  };
  const body = viewed('application/json', [JSON.stringify(sent)]);
  expect(JSON.parse(body?.text ?? '')).toEqual({
    name: 'Ada',
    AuthParameters: { USERNAME: 'ada', NEW_PASSWORD: '(hidden)' },
    code: '(hidden)',
    n: [{ idToken: '(hidden)' }],
  });
  expect(body?.text).toContain('\n  "name"');
});

test.each([
  ['an error code', { code: 'NOT_FOUND' }],
  ['a status code', { statusCode: 401, zipCode: '12345' }],
  ['the type of a token', { token_type: 'Bearer', expires_in: 3600 }],
])('a body shows %s', (_case, sent) => {
  expect(JSON.parse(viewed('application/problem+json', [JSON.stringify(sent)])?.text ?? '')).toEqual(sent);
});

test('a form is shown without passwords and codes', () => {
  const body = viewed('application/x-www-form-urlencoded', [
    'grant_type=authorization_code&code=abc&client_secret=s&user=ada',
  ]);
  expect(body?.text).toBe('grant_type=authorization_code&code=(hidden)&client_secret=(hidden)&user=ada');
});

test('a text body is shown without tokens', () => {
  expect(viewed('text/plain', ['got eyJhbGciOi.abc.def'])?.text).toBe('got (hidden)');
});

test('only the first 16 KiB of a body are stored, and secrets in them are hidden', () => {
  const body = viewed('application/json', [
    `{"password":"p1","accessToken":"t1",`,
    `"text":"${'a'.repeat(20_000)}"}`,
  ]);
  expect(body).toMatchObject({ isComplete: false, size: 20_046 });
  expect(body?.text).toHaveLength(16_384 - 'p1t1'.length + 2 * '(hidden)'.length);
  expect(body?.text).not.toMatch(/p1|t1/);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('a body that was compressed with %s is shown as text', (coding, compress) => {
  expect(viewed('text/html', [compress('<p>Hello</p>')], coding)?.text).toBe('<p>Hello</p>');
});

test('the beginning of a large compressed body is shown', () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `${n} ${Math.sin(n)}`).join('\n');
  const body = viewed('text/plain', [gzipSync(lines)], 'gzip');
  expect(body?.isComplete).toBe(false);
  expect(lines.startsWith((body?.text ?? '').slice(0, 5_000))).toBe(true);
});

test.each(['image/png', 'text/javascript', 'text/css', ''])(
  'of a body of type "%s", only the size is stored',
  (type) => {
    expect(viewed(type, ['abc'])).toMatchObject({ size: 3, text: undefined });
  },
);

test('a message without a body has none', () => {
  expect(viewed('application/json', [])).toBeUndefined();
});
