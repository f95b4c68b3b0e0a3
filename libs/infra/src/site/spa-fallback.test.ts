import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { grammarFaults } from '@spa-on-aws/cloudformation';
import { expect, test } from 'vitest';

const code = readFileSync(join(import.meta.dirname, 'spa-fallback.js'), 'utf8');

/** Runs the function like CloudFront. Returns the path of the rewritten request. */
function rewritten(uri: string): string {
  const event = {
    version: '1.0',
    request: { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} },
  };
  const request = runInNewContext(`${code}\nhandler(event);`, { event }) as { uri: string };
  return request.uri;
}

test.each(['/', '/index.html', '/callback', '/orders/42', '/orders/42/', '/assets', '/jane.doe/orders'])(
  'rewrites the page %s to /index.html (CF-ROOT-05, CF-SPA-03)',
  (uri) => {
    expect(rewritten(uri)).toBe('/index.html');
  },
);

test.each(['/favicon.svg', '/robots.txt', '/orders/report.pdf'])('does not rewrite the file %s', (uri) => {
  expect(rewritten(uri)).toBe(uri);
});

test.each(['/assets/missing-abc.js', '/assets/LICENSE', '/assets/'])(
  'does not rewrite %s below /assets/ (CF-SPA-04)',
  (uri) => {
    expect(rewritten(uri)).toBe(uri);
  },
);

test('keeps all other fields of the request', () => {
  const request = {
    method: 'GET',
    uri: '/orders',
    querystring: { a: { value: '1' } },
    headers: {},
    cookies: {},
  };
  const returned: unknown = runInNewContext(`${code}\nhandler(event);`, { event: { request } });
  expect(returned).toEqual({ ...request, uri: '/index.html' });
});

test('uses only syntax that its runtime supports (CFF-JS-01, CFF-JS-02, CFF-JS-05)', () => {
  expect(grammarFaults(code, 'cloudfront-js-2.0')).toEqual([]);
});

test('is smaller than CloudFront’s limit (CFF-LIM-01)', () => {
  expect(Buffer.byteLength(code)).toBeLessThan(10_240);
});
