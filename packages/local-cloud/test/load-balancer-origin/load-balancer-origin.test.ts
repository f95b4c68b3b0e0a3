import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { inspect } from '../../src/cli/inspect';
import { optionsOf, start } from '../running';

/** The container of the service, which the user runs. */
async function startContainer(): Promise<string> {
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const { url, method, headers } = request;
      response.end(
        JSON.stringify({ url, method, host: headers.host, port: headers['x-forwarded-port'], body }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an app behind a load balancer and CloudFront runs with its container as a stand-in (CF-LB-01)', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'load-balancer-'));
  const stateFile = path.join(directory, 'state.json');
  const flags = ['--template', path.join(import.meta.dirname, 'app.yaml'), '--state-file', stateFile];
  const { verdict, flags: wanted } = await inspect(optionsOf(...flags));
  expect([verdict, wanted]).toEqual(['needs-values', ['--stand-in Service=http://localhost:8080']]);

  const { state, requests } = await start(
    optionsOf(...flags, '--stand-in', `Service=${await startContainer()}`),
  );
  const response = await fetch(`${state.url}/orders?id=1`, { method: 'POST', body: 'milk' });
  expect([response.status, await response.json()]).toEqual([
    200,
    { url: '/orders?id=1', method: 'POST', host: new URL(state.url).host, port: '80', body: 'milk' },
  ]);
  const hops = requests.at(-1)?.hops.map(({ service, event }) => `${service} ${event}`);
  expect(hops).toEqual(
    expect.arrayContaining(['cloudfront origin.requested', 'elasticloadbalancing request.forwarded']),
  );
});
