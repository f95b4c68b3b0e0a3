import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import { optionsFor, start } from '../../test/running';

/** Sends a request with a `Host` header. */
async function ask(
  url: string,
  host: string,
  path = '/',
): Promise<{ status: number | undefined; body: string }> {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path, headers: { host }, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

/** A template with alternate domain names. */
function withAliases(): ReturnType<typeof smallTemplate> {
  const template = smallTemplate();
  Object.assign(template.Resources['Site']?.Properties?.['DistributionConfig'] as object, {
    Aliases: ['www.example.com', '*.example.org'],
    ViewerCertificate: {
      AcmCertificateArn: 'arn:aws:acm:us-east-1:1:certificate/a',
      SslSupportMethod: 'sni-only',
    },
  });
  return template;
}

test('the distribution and sign-in answer for this machine and their domains only [CF-HOST-01]', async () => {
  const { state, requests } = await start(await optionsFor(withAliases()));
  const { port } = new URL(state.url);
  const keys = `${new URL(state.issuer).pathname}/.well-known/jwks.json`;
  for (const host of ['localhost', '127.0.0.1', `[::1]:${port}`, `LOCALHOST:${port}`, 'app.localhost']) {
    expect((await ask(state.url, host)).status, host).toBe(200);
    expect((await ask(state.issuer, host, keys)).status, host).toBe(200);
  }
  for (const host of ['www.example.com', 'a.example.org:80'])
    expect((await ask(state.url, host)).status, host).toBe(200);
  const seen = requests.length;
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    'example.org',
    '192.168.0.1',
  ]) {
    const { status, body } = await ask(state.url, host);
    expect(status, host).toBe(421);
    expect(body).toContain('it answers for localhost, d');
    expect(body).toContain('www.example.com, *.example.org only, to protect against DNS rebinding');
    expect((await ask(state.issuer, host, keys)).status, host).toBe(421);
  }
  expect((await ask(state.url, 'localhost', 'http://evil.example/')).status).toBe(421);
  expect((await ask(state.apiEndpoint, 'evil.example', '/live/api/a')).status).toBe(403);
  expect(requests.slice(seen).map(({ via }) => via)).toEqual(['execute-api']);
});
