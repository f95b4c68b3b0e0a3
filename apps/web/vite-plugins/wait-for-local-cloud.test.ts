import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ViteDevServer } from 'vite';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { waitForLocalCloud } from './wait-for-local-cloud.ts';

beforeEach(() => void vi.unstubAllGlobals()); // these tests call a real server on localhost

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** Starts a development server with the plugin. Returns what it logs. */
async function startServer(url: string, timeoutMs?: number): Promise<string[]> {
  const lines: string[] = [];
  const server = { config: { logger: { info: (line: string) => lines.push(line) } } };
  const { configureServer } = waitForLocalCloud(url, timeoutMs);
  if (typeof configureServer === 'function') {
    await configureServer.call({} as never, server as unknown as ViteDevServer);
  }
  return lines;
}

test('the development server waits for a local cloud that is starting, and logs this', async () => {
  let requests = 0;
  const url = await listen((_, response) => {
    response.statusCode = ++requests < 3 ? 503 : 200;
    response.end('{}');
  });
  await expect(startServer(url)).resolves.toEqual([`Waiting for the local cloud at ${url} …`]);
  expect(requests).toBe(3);
});

test('the development server does not start after the timeout, and says what to check', async () => {
  const url = await listen((_, response) => {
    response.statusCode = 404;
    response.end();
  });
  await expect(startServer(url, 1)).rejects.toThrow(
    /did not respond at http:\/\/localhost:\d+\/config\.json within 0\.001 s\. .*LOCAL_CLOUD_URL/,
  );
});
