import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { optionsOf, start } from '../running';

test('the API of a processed SAM template runs from its OpenAPI document: function and authorizer (AG-OA-01)', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'openapi-'));
  const template = path.join(import.meta.dirname, 'openapi.yaml');
  const { state } = await start(
    optionsOf('--template', template, '--state-file', path.join(directory, 'state.json')),
  );
  const { origin } = new URL(state.apiEndpoint ?? '');
  const pet = `${origin}/Prod/pets/7`;
  expect((await fetch(pet)).status).toBe(401);
  const response = await fetch(pet, { headers: { Authorization: 'ann' } });
  expect([response.status, await response.text()]).toEqual([200, '7 of ann']);
});
