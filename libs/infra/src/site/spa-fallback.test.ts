import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { grammarFaults } from '@spa-on-aws/cloudformation';
import { expect, test } from 'vitest';

const code = readFileSync(join(import.meta.dirname, 'spa-fallback.js'), 'utf8');

/** What CloudFront would fetch for a path, by running the function on its own, as CloudFront does. */
function fetchedFor(uri: string): string {
  const event = {
    version: '1.0',
    request: { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} },
  };
  const request = runInNewContext(`${code}\nhandler(event);`, { event }) as { uri: string };
  return request.uri;
}

test.each(['/', '/index.html', '/callback', '/orders/42', '/orders/42/', '/assets', '/jane.doe/orders'])(
  '%s is a page of the app (CF-ROOT-05, CF-SPA-03)',
  (uri) => {
    expect(fetchedFor(uri)).toBe('/index.html');
  },
);

test.each(['/favicon.svg', '/robots.txt', '/orders/report.pdf'])('%s is a file and stays one', (uri) => {
  expect(fetchedFor(uri)).toBe(uri);
});

test.each(['/assets/missing-abc.js', '/assets/LICENSE', '/assets/'])(
  '%s below /assets/ is never answered with the page (P4, CF-SPA-04)',
  (uri) => {
    expect(fetchedFor(uri)).toBe(uri);
  },
);

test('the request is passed on whole, but for its path', () => {
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

test('it is in the grammar of its runtime (CFF-JS-01, CFF-JS-02, CFF-JS-05)', () => {
  expect(grammarFaults(code, 'cloudfront-js-2.0')).toEqual([]);
});

test('it is far below the size CloudFront allows (CFF-LIM-01)', () => {
  expect(Buffer.byteLength(code)).toBeLessThan(10_240);
});
