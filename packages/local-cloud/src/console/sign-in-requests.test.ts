import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { record } from '../services/cognito/pipeline/request';
import { observeSignIn, RequestLog } from './request-log';

const running: { close(): unknown }[] = [];

afterEach(() => {
  for (const one of running.splice(0)) one.close();
});

async function signIn(serve: RequestListener): Promise<{ url: string; requests: RequestLog }> {
  const requests = new RequestLog();
  const server = createServer(
    observeSignIn(serve, (request, answer) => requests.add('sign-in', request, answer)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test('a request to Cognito is in the request log with its events and without values', async () => {
  const { url, requests } = await signIn((request, response) => {
    record(request, 'authorize.code-issued', { client: 'web' });
    response.setHeader('location', 'http://localhost:4300/callback?code=abc&state=xyz');
    response.writeHead(302).end();
  });
  await fetch(`${url}/oauth2/authorize?client_id=id&state=xyz`, {
    redirect: 'manual',
    headers: { cookie: 'cognito=secret' },
  });
  const [request] = requests.latest();
  expect(request).toMatchObject({
    via: 'sign-in',
    path: '/oauth2/authorize',
    queryNames: ['client_id', 'state'],
    cookieNames: ['cognito'],
    status: 302,
  });
  expect(request?.hops).toMatchObject([
    { event: 'authorize.code-issued', data: { client: 'web' } },
    { event: 'redirect.sent', data: { location: 'http://localhost:4300/callback?code=…&state=…' } },
  ]);
  expect(JSON.stringify(request)).not.toMatch(/xyz|abc|secret/);
});

test('a redirect records its error, and a response without events records its status', async () => {
  const { url, requests } = await signIn((request, response) => {
    if (request.url === '/keys') response.end('{}');
    else {
      response.setHeader('location', '/callback?error=login_required&state=1');
      response.writeHead(302).end();
    }
  });
  await fetch(`${url}/oauth2/authorize`, { redirect: 'manual' });
  await fetch(`${url}/keys`);
  expect(requests.latest().map(({ hops }) => hops)).toMatchObject([
    [{ event: 'response.sent', data: { status: 200 } }],
    [
      {
        event: 'redirect.sent',
        data: { location: '/callback?error=…&state=…', error: 'login_required' },
      },
    ],
  ]);
});
