import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { relativeUri } from './sarif';

test.each([
  [win32, 'C:\\My shop', 'C:\\My shop\\cdk out\\shop-dev.template.json'],
  [posix, '/my shop', '/my shop/cdk out/shop-dev.template.json'],
])('a file has a relative URI with slashes on each platform (%#)', (path, root, file) => {
  expect(relativeUri(root, file, path)).toBe('cdk%20out/shop-dev.template.json');
});
