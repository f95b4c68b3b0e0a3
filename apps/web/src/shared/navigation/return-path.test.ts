import { expect, test } from 'vitest';
import { safeReturnPath } from './return-path';

const origin = 'https://site.example';

test.each(['/', '/session', '/session?tab=claims#exp', '/a/b-c_d~e/%C3%BC', '/über'])(
  '%s is returned to',
  (path) => {
    expect(new URL(safeReturnPath(path, origin), origin).href).toBe(new URL(path, origin).href);
  },
);

test.each([
  ['another host', '//evil.example/'],
  ['another host behind a backslash', '/\\evil.example'],
  ['another host behind two backslashes', '\\\\evil.example'],
  ['another host behind a tab', '/\t/evil.example'],
  ['another host behind a line break', '/\n/evil.example'],
  ['another host behind dots', '/.//evil.example'],
  ['another host behind more dots', '/a/..//evil.example'],
  ['a URL', 'https://evil.example/'],
  ['a scheme alone', 'https:'],
  ['a script', 'javascript:alert(1)'],
  ['a relative path', 'session'],
  ['a path behind a space', ' /session'],
  ['an empty text', ''],
  ['nothing', undefined],
  ['no text', ['/session']],
  ['the callback, which leads nowhere', '/callback'],
  ['the callback with a code', '/callback?code=1&state=2'],
])('%s is not returned to (OC-12, P14)', (_, path) => {
  expect(safeReturnPath(path, origin)).toBe('/');
});
