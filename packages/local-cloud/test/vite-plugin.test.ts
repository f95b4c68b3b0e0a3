import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ViteDevServer } from 'vite';
import { localCloud } from '../vite/plugin.mjs';

/** Starts the plugin as Vite does. */
function start(directory: string, port: number) {
  const info = vi.fn();
  const plugin = localCloud({
    proxy: ['/api'],
    image: { directory, entryPoints: ['main.ts'] },
    app: { directory, entryPoints: ['main.ts'], tsConfig: 'tsconfig.json' },
  });
  const configureServer = plugin.configureServer as (server: ViteDevServer) => Promise<void>;
  const server = { config: { logger: { info }, server: { port } } } as unknown as ViteDevServer;
  return { info, started: configureServer(server) };
}

test('the development server does not start when the port of the page is in use, and tells how to move it', async () => {
  const other = createServer().listen(0, 'localhost');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { info, started } = start('nowhere', port);
  await expect(started).rejects.toThrow(
    new RegExp(`^ERR_PORT_IN_USE: Port ${port} is in use \\(the page\\)\\. .* set LOCAL_CLOUD_PORT`),
  );
  expect(info).not.toHaveBeenCalled();
});

test('a file in place of the folder of the builds is named, without a stack', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'plugin-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(path.join(directory, 'main.ts'), '');
  await writeFile(path.join(directory, 'tmp'), '');
  const { started } = start(directory, 0);
  const stack = expect.stringMatching(/^(?:ENOTDIR|EEXIST): [^\n]*'[^\n]*plugin-[^\n]*'$/) as string;
  await expect(started).rejects.toMatchObject({ stack });
});

test('a folder that this user cannot write is named, with the remedy', async () => {
  const { started } = start('/sys', 0);
  const stack = expect.stringMatching(
    /^E[A-Z]+: [^\n]*'\/sys\/tmp'\n.*Make it yours: sudo chown -R/,
  ) as string;
  await expect(started).rejects.toMatchObject({ stack });
});
