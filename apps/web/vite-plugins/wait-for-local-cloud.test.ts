import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { localCloudAnswers } from './wait-for-local-cloud.ts';

beforeEach(() => void vi.unstubAllGlobals()); // these tests are about a server on this machine

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

test('a local cloud that answers is not waited for', async () => {
  const url = await listen((_, response) => response.end('{}'));
  const lines: string[] = [];
  await localCloudAnswers({ url }, (line) => lines.push(line));
  expect(lines).toEqual([`The local cloud answers at ${url}`]);
});

test('one that is still starting is, and that is told once', async () => {
  let requests = 0;
  const url = await listen((_, response) => {
    response.statusCode = ++requests < 3 ? 503 : 200;
    response.end('{}');
  });
  const lines: string[] = [];
  await localCloudAnswers({ url, intervalMs: 1 }, (line) => lines.push(line));
  expect(lines).toEqual([`Waiting for the local cloud at ${url} …`, `The local cloud answers at ${url}`]);
});

test('one that never answers is given up, with where to look', async () => {
  const url = await listen((_, response) => {
    response.statusCode = 404;
    response.end();
  });
  await expect(localCloudAnswers({ url, timeoutMs: 1, intervalMs: 1 }, () => {})).rejects.toThrow(
    /did not answer at http:\/\/localhost:\d+\/config\.json within 0\.001 s \(last: status 404\)\. .*LOCAL_CLOUD_URL/,
  );
});
