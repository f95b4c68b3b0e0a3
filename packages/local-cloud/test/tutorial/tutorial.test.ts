import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { inspect } from '../../src/cli/inspect';
import { Browser } from '../../src/services/cognito/testing/browser';
import { optionsOf, start } from '../running';

const fixture = (file: string): string => path.join(import.meta.dirname, file);

/** Starts the server of the virtual machine, and returns its URL. */
async function startBackend(): Promise<string> {
  const server = createServer(({ url, headers }, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ content: `Hello, ${url}`, host: headers.host }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('three stacks that are glued by outputs start together and serve a greeting to signed-in users', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'tutorial-'));
  const callback = 'http://localhost:4999/callback.html';
  const flags = [
    ...['pool', 'api', 'site'].flatMap((name) => ['--template', fixture(`${name}.yaml`)]),
    ...['--parameter', 'Container=registry.example/greeting:1'],
    ...['--parameter', `CallbackUrl=${callback}`],
    ...['--bucket', `Assets=${fixture('site')}`],
    ...['--state-file', path.join(directory, 'state.json')],
  ];
  // The machine is a virtual machine of AWS: inspect names the flag that replaces it.
  const { flags: wanted, verdict } = await inspect(optionsOf(...flags));
  expect(verdict).toBe('needs-values');
  expect(wanted).toHaveLength(1);
  const [, origin = ''] = /^--stand-in (\S+)=http:\/\/localhost:8080$/.exec(wanted[0] ?? '') ?? [];
  const { state } = await start(optionsOf(...flags, '--stand-in', `${origin}=${await startBackend()}`));

  expect(await (await fetch(state.url)).text()).toContain('<title>greeting</title>');
  expect((await fetch(`${state.url}/api/greeting`)).status).toBe(401);
  const [user] = state.users;
  expect(user).toBeDefined();
  const browser = new Browser(state.cognitoDomain, state.clientId);
  const query = { redirect_uri: callback, scope: 'openid' };
  const returned = await browser.signIn(
    { username: user?.username ?? '', password: user?.password ?? '' },
    query,
  );
  const { body: tokens } = await browser.redeem(returned.get('code'), { redirect_uri: callback });
  const headers = { Authorization: `Bearer ${String(tokens.id_token)}` };
  const greeting = await fetch(`${state.url}/api/greeting?name=Ada`, { headers });
  expect([greeting.status, await greeting.json()]).toEqual([
    200,
    { content: 'Hello, /api/greeting?name=Ada', host: origin.replace('http://', '') },
  ]);
  expect(greeting.headers.get('x-content-type-options')).toBe('nosniff');
});
