import { expect, test, vi } from 'vitest';
import { config } from '../../test/config';
import { json } from '../../test/json';
import { ConfigurationError, fetchConfigFile } from './config-file';
import { parseRuntimeConfig } from './runtime-config';

/** Replaces the response to `/config.json`, then fetches and validates it. */
async function load(respond: () => Response) {
  const request = vi.fn(async () => respond());
  vi.stubGlobal('fetch', request);
  return { config: parseRuntimeConfig(await fetchConfigFile()), request };
}

async function loadError(respond: () => Response): Promise<ConfigurationError> {
  const error: unknown = await load(respond).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ConfigurationError);
  return error as ConfigurationError;
}

test('the configuration is fetched without the browser cache', async () => {
  const loaded = await load(() => json(config));
  expect(loaded.config).toEqual(config);
  expect(loaded.request).toHaveBeenCalledWith('/config.json', { cache: 'no-store' });
});

test('the error names the status when the file is missing', async () => {
  expect((await loadError(() => new Response('', { status: 404 }))).message).toContain('404');
});

test('the error says so when the server cannot be reached', async () => {
  const error = await loadError(() => {
    throw new TypeError('Failed to fetch');
  });
  expect(error.message).toContain('could not be fetched');
});

test('the error names the content type when the response is not JSON', async () => {
  const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
  expect((await loadError(page)).message).toContain('text/html');
});

test.each([
  ['an array', []],
  ['null', null],
  ['a string', 'config'],
])('parseRuntimeConfig rejects %s', async (_, body) => {
  const error = await loadError(() => json(body));
  expect(error.message).toBe('The file has invalid values: file.');
});

test('the error is about the version when schemaVersion is not supported', async () => {
  const error = await loadError(() => json({ ...config, schemaVersion: 2 }));
  expect(error.message).toContain('another version');
});

test('the error lists all invalid fields', async () => {
  const { clientId, ...rest } = config;
  const error = await loadError(() => json({ ...rest, issuer: 'cognito', scopes: [''] }));
  expect(clientId).toBeDefined();
  expect(error.message).toBe('The file has invalid values: issuer, clientId, scopes.');
});
