import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import { Browser, locationOf } from '../services/cognito/testing/browser';
import { optionsFor, type Running, start } from '../../test/running';
import type { Options } from '../cli/options';

type Template = ReturnType<typeof smallTemplate>;

const WAIT = { timeout: 15_000, interval: 50 };

/** A container that responds with its process id; /api/slow responds late. */
const SERVER = `
  import { createServer } from 'node:http';
  createServer((request, response) => {
    const body = JSON.stringify({ pid: process.pid, color: process.env.COLOR });
    setTimeout(() => response.end(body), request.url === '/api/slow' ? 700 : 0);
  }).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

async function synthesize(options: Options, template: unknown): Promise<void> {
  const text = typeof template === 'string' ? template : JSON.stringify(template);
  await writeFile(path.join(options.assemblies[0] ?? '', 'small.template.json'), text);
}

const call = async ({ state }: Running, target = '/api/a') =>
  (await (await fetch(state.url + target)).json()) as { pid: number; color?: string };

function withColor(template: Template, value: string): Template {
  const [container] = template.Resources['Task']?.Properties?.['ContainerDefinitions'] as {
    Environment: object[];
  }[];
  container?.Environment.push({ Name: 'COLOR', Value: value });
  return template;
}

function withDefaultRoot(template: Template, file: string): Template {
  const config = template.Resources['Site']?.Properties?.['DistributionConfig'] as Record<string, unknown>;
  config['DefaultRootObject'] = file;
  return template;
}

test('a changed template is applied; ports, containers and logged requests stay', async () => {
  const options = await optionsFor(smallTemplate(), {}, SERVER);
  const cloud = await start(options);
  const { state } = cloud;
  const { pid } = await call(cloud);
  await synthesize(options, withDefaultRoot(smallTemplate(), 'config.json'));
  await vi.waitFor(() => expect(cloud.logged.at(-1)).toMatch(/^the template changed: changed Site$/), WAIT);
  expect(await (await fetch(`${state.url}/`)).json()).toEqual({ issuer: state.issuer });
  expect((await call(cloud)).pid).toBe(pid);
  expect(cloud.state).toEqual(state);
  const listed = (await (await fetch(`${state.consoleUrl}/requests`)).json()) as unknown;
  expect(JSON.stringify(listed)).toContain('/api/a');
}, 30_000);

test('a container whose definition changed is replaced; the old one completes in-flight requests', async () => {
  const options = await optionsFor(withColor(smallTemplate(), 'red'), {}, SERVER);
  const cloud = await start(options);
  const first = await call(cloud);
  const slow = call(cloud, '/api/slow');
  await synthesize(options, withColor(smallTemplate(), 'blue'));
  const next = await vi.waitFor(async () => {
    const now = await call(cloud);
    expect(now.color).toBe('blue');
    return now;
  }, WAIT);
  expect(next.pid).not.toBe(first.pid);
  expect(await slow).toEqual(first);
  await vi.waitFor(() => expect(() => process.kill(first.pid, 0)).toThrowError(), WAIT);
  expect(cloud.logged.at(-1)).toBe('the template changed: changed Task; container api was restarted');
}, 30_000);

test('an invalid template is reported with its place, and the previous one keeps serving', async () => {
  const options = await optionsFor(smallTemplate(), {}, SERVER);
  const cloud = await start(options);
  const { pid } = await call(cloud);
  const broken = smallTemplate();
  Object.assign(broken.Resources['Method']?.Properties ?? {}, { ResourceId: { Ref: 'Gone' } });
  for (const [template, message] of [
    [
      broken,
      'ERR_DANGLING_REFERENCE: Resources.Method.Properties.ResourceId: there is no resource or parameter Gone',
    ],
    ['{"Resources":', 'ERR_TEMPLATE_MALFORMED'],
    [{ Resources: { Child: { Type: 'AWS::CloudFormation::Stack' } } }, 'ERR_UNSUPPORTED_TEMPLATE'],
  ] as const) {
    await synthesize(options, template);
    await vi.waitFor(() => expect(cloud.logged.at(-1)).toContain(message), WAIT);
    expect(cloud.logged.at(-1)).toContain('still serving the previous one');
    expect((await call(cloud)).pid).toBe(pid);
  }
  await synthesize(options, smallTemplate());
  await vi.waitFor(() => expect(cloud.logged.at(-1)).toBe('the template is the running one again'), WAIT);
  await synthesize(options, withDefaultRoot(smallTemplate(), 'config.json'));
  await vi.waitFor(() => expect(cloud.logged.at(-1)).toContain('changed Site'), WAIT);
}, 45_000);

test('the previous container keeps running when the new one does not start', async () => {
  const options = await optionsFor(
    withColor(smallTemplate(), 'red'),
    {},
    `if (process.env.COLOR === 'black') process.exit(3);\n${SERVER}`,
  );
  const cloud = await start(options);
  const first = await call(cloud);
  await synthesize(options, withColor(smallTemplate(), 'black'));
  await vi.waitFor(() => expect(cloud.logged.at(-1)).toContain('ERR_CONTAINER_START'), WAIT);
  expect(await call(cloud)).toEqual(first);
}, 30_000);

test('removed resources stop responding, added ones respond, and the state file is updated', async () => {
  const options = await optionsFor(smallTemplate(), {}, SERVER);
  const cloud = await start(options);
  const { url, apiEndpoint } = cloud.state;
  const template = smallTemplate();
  Object.assign(template.Resources['Stage']?.Properties ?? {}, { StageName: 'next' });
  const siteParts = ['Site', 'Client', 'Branding', 'FilesPolicy'];
  const rest = Object.entries(template.Resources).filter(([id]) => !siteParts.includes(id));
  await synthesize(options, { Resources: Object.fromEntries(rest) });
  await vi.waitFor(() => expect(cloud.logged.at(-1)).toContain('removed'), WAIT);
  const gone = await fetch(url);
  expect([gone.status, await gone.text()]).toEqual([
    404,
    'The templates have no CloudFront distribution, so nothing is served on this port.\n',
  ]);
  expect((await fetch(`${apiEndpoint}/api/a`)).status).toBe(403);
  expect((await fetch(`${cloud.state.apiEndpoint}/api/a`)).status).toBe(200);
  expect(JSON.parse(await readFile(options.stateFile, 'utf8'))).toMatchObject({
    apiEndpoint: expect.stringMatching(/\/next$/),
    clientId: '',
  });
  await synthesize(options, smallTemplate());
  await vi.waitFor(() => expect(cloud.logged.at(-1)).toContain('added'), WAIT);
  expect((await fetch(url)).status).toBe(200);
}, 30_000);

test('session, refresh token and signing keys outlive a change of the template', async () => {
  const options = await optionsFor(smallTemplate(), {}, SERVER);
  const cloud = await start(options);
  const { cognitoDomain, clientId, callbackUrl, issuer } = cloud.state;
  const browser = new Browser(cognitoDomain, clientId);
  const change = { redirect_uri: callbackUrl, scope: 'openid things/read' };
  const ada = { username: 'ada', password: 'Correct-horse-1' };
  const { body: tokens } = await browser.redeem((await browser.signIn(ada, change)).get('code'), {
    redirect_uri: callbackUrl,
  });
  const jwks = async () => (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as unknown;
  const keys = await jwks();

  await synthesize(options, withDefaultRoot(smallTemplate(), 'config.json'));
  await vi.waitFor(() => expect(cloud.logged.at(-1)).toContain('the template changed'), WAIT);
  expect(await jwks()).toEqual(keys);
  const refreshed = await browser.token({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(tokens['refresh_token']),
  });
  expect(refreshed.status).toBe(200);
  const again = locationOf(await browser.authorize(change));
  expect(again.href).toContain(`${callbackUrl}?code=`);
}, 30_000);
