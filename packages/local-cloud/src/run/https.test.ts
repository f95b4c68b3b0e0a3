import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import { optionsFor, start } from '../../test/running';

/** A container that reads the user pool's keys, as a token verifier does. */
const VERIFIER = `
  import { createServer } from 'node:http';
  createServer(async (request, response) => {
    if (!request.url.startsWith('/api/keys')) return response.end();
    const jwks = await fetch(process.env.ISSUER + '/.well-known/jwks.json');
    response.end(await jwks.text());
  }).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

test('with --https, every endpoint is served over HTTPS, plain HTTP is redirected, and containers trust the certificate [CF-HSTS-01]', async () => {
  const template = smallTemplate();
  const [container] = template.Resources['Task']?.Properties?.['ContainerDefinitions'] as {
    Environment: object[];
  }[];
  container?.Environment.push({ Name: 'ISSUER', Value: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] } });
  const config = template.Resources['Site']?.Properties?.['DistributionConfig'] as {
    DefaultCacheBehavior: object;
    CacheBehaviors: object[];
  };
  Object.assign(config.DefaultCacheBehavior, {
    ViewerProtocolPolicy: 'redirect-to-https',
    // AWS's SecurityHeadersPolicy
    ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03',
  });
  const { state, logged } = await start(await optionsFor(template, { https: true }, VERIFIER));
  expect(state).toMatchObject({
    url: expect.stringMatching(/^https:\/\/localhost:\d+$/),
    issuer: expect.stringMatching(/^https:\/\/localhost:\d+\/us-east-1_/),
    apiEndpoint: expect.stringMatching(/^https:\/\/localhost:\d+\/live$/),
    callbackUrl: `${state.url}/callback`,
  });
  const ca = await readFile(state.certificate ?? '', 'utf8');
  const request = async (url: string): Promise<{ response: IncomingMessage; body: string }> => {
    const sent = url.startsWith('https')
      ? getSecurely(url, { ca, agent: false })
      : get(url, { agent: false });
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { response, body: await text(response) };
  };

  const page = await request(`${state.url}/`);
  expect(page.body).toContain('<title>small</title>');
  expect(page.response.headers['x-content-type-options']).toBe('nosniff');
  expect(page.response.headers['strict-transport-security']).toBeUndefined();
  expect((await request(`${state.url}/config.json`)).body).toBe(JSON.stringify({ issuer: state.issuer }));

  const { response: redirect } = await request(`${state.url.replace('https', 'http')}/a?b=c`);
  expect([redirect.statusCode, redirect.headers.location]).toEqual([301, `${state.url}/a?b=c`]);
  await expect(request(`${state.apiEndpoint.replace('https', 'http')}/api/a`)).rejects.toThrowError();

  const { response: login } = await request(
    `${state.cognitoDomain}/login?client_id=${state.clientId}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(state.callbackUrl)}`,
  );
  expect(login.statusCode).toBe(200);
  expect(login.headers['set-cookie']?.length).toBeGreaterThan(0);
  for (const cookie of login.headers['set-cookie'] ?? []) expect(cookie).toMatch(/; secure/i);

  const keys = JSON.parse((await request(`${state.url}/api/keys`)).body) as { keys: object[] };
  expect(keys.keys).toHaveLength(2);

  await request(`${state.url}/`);
  expect(logged.filter((line) => line.startsWith('Strict-Transport-Security is not sent'))).toHaveLength(1);
}, 20_000);
