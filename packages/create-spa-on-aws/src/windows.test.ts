import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { document } from '../pack-starter.mjs';
import { commandOf } from './program';

vi.mock('node:path', async (load) => {
  const { win32 } = await load<{ win32: object }>();
  return { ...win32, default: win32 };
});

test('documents that are packed on Windows have links with slashes', () => {
  expect(path.sep).toBe('\\');
  const text = '[plugin](../../packages/nx/README.md), [create](../../packages/create-spa-on-aws/README.md)';
  expect(document('docs/how-to/upgrade.md', text)).toBe(
    '[plugin](../../node_modules/@spa-on-aws/nx/README.md), [create](../../packages/create-spa-on-aws/README.md)',
  );
  expect(document('README.md', '[plugin](packages/nx)')).toBe('[plugin](node_modules/@spa-on-aws/nx)');
});

test('npm gets a path with spaces as one argument of the shell of Windows', () => {
  const folder = path.join('C:\\Users\\Ada Lovelace', 'my-shop', 'tools');
  const args = ['pack', '--pack-destination', folder];
  expect(commandOf('npm', args, 'win32')).toEqual({
    shell: true,
    args: ['"pack"', '"--pack-destination"', '"C:\\Users\\Ada Lovelace\\my-shop\\tools"'],
  });
  expect(commandOf('git', args, 'win32')).toEqual({ shell: false, args });
  expect(commandOf('npm', args, 'linux')).toEqual({ shell: false, args });
});
