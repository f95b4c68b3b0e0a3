import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

test('the console of the local cloud has the design tokens of the web app', () => {
  const [web, console] = ['apps/web/src/app/styles', 'packages/local-cloud/console/style'].map((folder) =>
    readFileSync(path.join(ROOT, folder, 'tokens.css'), 'utf8'),
  );
  expect(console).toBe(web);
});
