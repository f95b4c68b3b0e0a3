import { expect, test } from 'vitest';
import { returnPath } from './return-path';

const origin = 'https://site.example';

test.each(['/', '/session', '/session?tab=claims#exp', '/a/b-c_d~e/%C3%BC', '/über'])(
  'returnPath accepts %s',
  (path) => {
    expect(new URL(returnPath(path, origin), origin).href).toBe(new URL(path, origin).href);
  },
);

test.each([
  ['another host', '//evil.example/'],
  ['another host after a backslash', '/\\evil.example'],
  ['another host after two backslashes', '\\\\evil.example'],
  ['another host after a tab', '/\t/evil.example'],
  ['another host after a line break', '/\n/evil.example'],
  ['another host after a dot segment', '/.//evil.example'],
  ['another host after two dot segments', '/a/..//evil.example'],
  ['a URL', 'https://evil.example/'],
  ['only a scheme', 'https:'],
  ['a javascript: URL', 'javascript:alert(1)'],
  ['a relative path', 'session'],
  ['a path after a space', ' /session'],
  ['an empty string', ''],
  ['undefined', undefined],
  ['an array', ['/session']],
  ['the callback path', '/callback'],
  ['the callback path with a code', '/callback?code=1&state=2'],
])('returnPath rejects %s (OC-12)', (_, path) => {
  expect(returnPath(path, origin)).toBe('/');
});
