import { expect, test } from 'vitest';
import { config } from '../../../test/fake-user-pool';
import { json } from '../../../test/json';
import { ConfigurationError } from './configuration-error';
import { loadRuntimeConfig } from './load-runtime-config';

async function failure(answer: () => Response): Promise<ConfigurationError> {
  const error: unknown = await loadRuntimeConfig(async () => answer()).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ConfigurationError);
  return error as ConfigurationError;
}

test('the configuration is asked for past every cache', async () => {
  const requests: unknown[] = [];
  const loaded = await loadRuntimeConfig(async (input, init) => {
    requests.push([input, init?.cache]);
    return json(config);
  });
  expect(loaded).toEqual(config);
  expect(requests).toEqual([['/config.json', 'no-store']]);
});

test('a missing file is told with what the server answered', async () => {
  expect((await failure(() => new Response('', { status: 404 }))).message).toContain('404');
});

test('an unreachable server is told', async () => {
  const error = await failure(() => {
    throw new TypeError('Failed to fetch');
  });
  expect(error.message).toContain('could not be fetched');
});

test('a page in the place of the file is told with its type', async () => {
  const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
  expect((await failure(page)).message).toContain('text/html');
});

test.each([
  ['an array', []],
  ['nothing', null],
  ['a word', 'config'],
])('%s is no configuration', async (_, body) => {
  const error = await failure(() => json(body));
  expect(error.message).toContain('JSON object');
  expect(error.wrongFields).toEqual([]);
});

test('another version is told before anything else', async () => {
  const error = await failure(() => json({ ...config, schemaVersion: 2 }));
  expect(error.message).toContain('another version');
  expect(error.wrongFields).toEqual([{ field: 'schemaVersion', value: 2 }]);
});

test('every wrong field is told with what it holds', async () => {
  const { clientId, ...rest } = config;
  const error = await failure(() => json({ ...rest, issuer: 'cognito', scopes: [''] }));
  expect(clientId).toBeDefined();
  expect(error.wrongFields).toEqual([
    { field: 'issuer', value: 'cognito' },
    { field: 'clientId', value: undefined },
    { field: 'scopes', value: [''] },
  ]);
});
