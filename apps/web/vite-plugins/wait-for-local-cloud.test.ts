import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { localCloudReady } from './wait-for-local-cloud.ts';

beforeEach(() => void vi.unstubAllGlobals()); // these tests call a real server on localhost

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

test('localCloudReady returns at once when the local cloud responds', async () => {
  const url = await listen((_, response) => response.end('{}'));
  const lines: string[] = [];
  await localCloudReady({ url }, (line) => lines.push(line));
  expect(lines).toEqual([`The local cloud is ready at ${url}`]);
});

test('localCloudReady waits for a local cloud that is starting, and logs this once', async () => {
  let requests = 0;
  const url = await listen((_, response) => {
    response.statusCode = ++requests < 3 ? 503 : 200;
    response.end('{}');
  });
  const lines: string[] = [];
  await localCloudReady({ url, intervalMs: 1 }, (line) => lines.push(line));
  expect(lines).toEqual([`Waiting for the local cloud at ${url} …`, `The local cloud is ready at ${url}`]);
});

test('localCloudReady throws after the timeout, with the last status', async () => {
  const url = await listen((_, response) => {
    response.statusCode = 404;
    response.end();
  });
  await expect(localCloudReady({ url, timeoutMs: 1, intervalMs: 1 }, () => {})).rejects.toThrow(
    /did not respond at http:\/\/localhost:\d+\/config\.json within 0\.001 s \(last result: status 404\)\. .*LOCAL_CLOUD_URL/,
  );
});
