import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Browser } from '../../src/services/cognito/testing/browser';
import type { Options } from '../../src/cli/options';
import { optionsOf, start } from '../running';

const fixture = (file: string): string => path.join(import.meta.dirname, file);

const TEMPLATES = ['site', 'pool', 'api'].flatMap((name) => ['--template', fixture(`${name}.yaml`)]);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the virtual machine of the templates: a server that returns path and host of each request. */
async function startBackend(): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ path: request.url, host: request.headers.host }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function threeTemplates(...flags: string[]): Promise<Options> {
  const port = await freePort();
  return optionsOf(
    ...TEMPLATES,
    '--strict',
    '--port',
    String(port),
    '--users',
    fixture('users.json'),
    '--state-file',
    path.join(tmpdir(), `three-templates-${port}.json`),
    '--parameter',
    'Prefix=sample',
    '--parameter',
    `pool.SiteUrl=http://localhost:${port}`,
    ...flags,
  );
}

test('three templates run as one system: site, sign-in, and an API for signed-in users', async () => {
  const backend = await startBackend();
  const options = await threeTemplates(
    '--stand-in',
    `http://vm.example.com:8080=${backend}`,
    '--bucket',
    `Bucket=${fixture('site')}`,
  );
  const { state } = await start(options);

  const page = await fetch(`${state.url}/`);
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>three templates</title>\n']);
  expect((await fetch(`${state.url}/gone.js`)).status).toBe(403);

  const rejected = await fetch(`${state.url}/api/greeting`);
  expect([rejected.status, await rejected.json()]).toEqual([401, { message: 'Unauthorized' }]);

  const redirect_uri = `${state.url}/`;
  const browser = new Browser(state.cognitoDomain, state.clientId);
  const ada = { username: 'ada', password: 'correct-horse-1' };
  const callback = await browser.signIn(ada, { redirect_uri, scope: 'openid email' });
  const { body: tokens } = await browser.redeem(callback.get('code'), { redirect_uri });

  const call = async (url: string, token: unknown): Promise<[number, unknown]> => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${String(token)}` } });
    return [response.status, await response.json()];
  };
  // A method without scopes accepts ID tokens (row AG-AU-04).
  const greeting = { path: '/greeting?name=Ada', host: 'vm.example.com:8080' };
  expect(await call(`${state.url}/api/greeting?name=Ada`, tokens.id_token)).toEqual([200, greeting]);
  expect(await call(`${state.apiEndpoint}/api/greeting?name=Ada`, tokens.id_token)).toEqual([200, greeting]);
  expect(await call(`${state.url}/api/greeting`, tokens.access_token)).toEqual([
    401,
    { message: 'Unauthorized' },
  ]);
}, 20_000);

test('an external integration is rejected with the flag that names a local server', async () => {
  await expect(start(await threeTemplates())).rejects.toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringMatching(
        /api\.GetGreeting .* http:\/\/vm\.example\.com:8080 is not on this machine.*--stand-in http:\/\/vm\.example\.com:8080=/,
      ),
    }),
  );
});

test('unknown parameters, buckets and stacks are rejected with the known ones', async () => {
  const backend = ['--stand-in', 'http://vm.example.com:8080=http://127.0.0.1:9'];
  const starting = async (...flags: string[]) => start(await threeTemplates(...backend, ...flags));
  await expect(starting('--parameter', 'pool.Prefix=Sample')).rejects.toThrowError(
    /Stack pool: Parameter Prefix failed to satisfy constraint: lowercase letters, digits and hyphens/,
  );
  await expect(starting('--parameter', 'Color=red')).rejects.toThrowError(
    '--parameter: no stack declares a parameter Color; stacks: site, pool, api.',
  );
  await expect(starting('--bucket', 'Files=/tmp')).rejects.toThrowError(
    '--bucket: there is no bucket Files; buckets: site.Bucket.',
  );
  const alone = optionsOf('--template', fixture('site.yaml'), '--parameter', 'Prefix=sample');
  await expect(start(alone)).rejects.toThrowError(/no stack has the export sample-api-host; exports: none/);
  await expect(starting('--stack', 'web')).rejects.toThrowError(
    'there is no stack web; stacks: site, pool, api.',
  );
});

test('one template of a set runs alone: a user pool without a site or an API', async () => {
  const { state, furtherUrls } = await start(await threeTemplates('--stack', 'pool'));
  expect(state).toMatchObject({ apiEndpoint: '', backendUrl: '' });
  expect(furtherUrls.size).toBe(0);
  const configuration = await fetch(`${state.issuer}/.well-known/openid-configuration`);
  expect(await configuration.json()).toMatchObject({ issuer: state.issuer });
  for (const url of [state.url, state.consoleUrl]) expect((await fetch(url)).status).toBeLessThan(500);
});
