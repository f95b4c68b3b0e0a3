import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ViteDevServer } from 'vite';
import { localCloud } from '../vite/plugin.mjs';

test('the development server does not start when the port of the page is in use, and tells how to move it', async () => {
  const other = createServer().listen(0, 'localhost');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const info = vi.fn();
  const plugin = localCloud({
    proxy: ['/api'],
    image: { directory: 'nowhere', entryPoints: ['main.ts'] },
    app: { directory: 'nowhere', entryPoints: ['main.ts'], tsConfig: 'tsconfig.json' },
  });
  const configureServer = plugin.configureServer as (server: ViteDevServer) => Promise<void>;
  const server = { config: { logger: { info }, server: { port } } } as unknown as ViteDevServer;
  await expect(configureServer(server)).rejects.toThrow(
    new RegExp(`^ERR_PORT_IN_USE: Port ${port} is in use \\(the page\\)\\. .* set LOCAL_CLOUD_PORT`),
  );
  expect(info).not.toHaveBeenCalled();
});
