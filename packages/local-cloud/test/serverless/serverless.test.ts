import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { optionsOf, type Running, start } from '../running';

/** Starts the templates with a site. */
async function startApp(...flags: string[]): Promise<Running> {
  const directory = await mkdtemp(path.join(tmpdir(), 'serverless-'));
  await writeFile(path.join(directory, 'index.html'), '<!doctype html><title>notes</title>');
  const template = path.join(import.meta.dirname, 'app.yaml');
  const stateFile = path.join(directory, 'state.json');
  return start(
    optionsOf('--template', template, '--bucket', `Files=${directory}`, '--state-file', stateFile, ...flags),
  );
}

test('a serverless app runs from its template: site, functions, authorizer and table', async () => {
  const { state, logged, requests } = await startApp();
  const note = `${state.url}/api/notes/n1`;
  expect(await (await fetch(`${state.url}/api/hello`)).text()).toBe('hello /api/hello, call 1');
  expect((await fetch(note)).status).toBe(401);
  expect((await fetch(note, { headers: { Authorization: 'other' } })).status).toBe(401);
  const denied = await fetch(note, { headers: { Authorization: 'deny' } });
  expect(denied.status).toBe(403);
  expect(await denied.json()).toEqual({
    Message: 'User is not authorized to access this resource with an explicit deny',
  });
  const headers = { Authorization: 'allow' };
  expect((await fetch(note, { headers })).status).toBe(404);
  const put = { method: 'PUT', headers, body: JSON.stringify({ text: 'milk' }) };
  expect((await fetch(note, put)).status).toBe(204);
  const read = await fetch(note, { headers });
  expect(await read.json()).toEqual({ text: 'milk', principalId: 'user|a1', plan: 'free', limit: '3' });
  expect(read.headers.get('cache-control')).toBe('no-store');
  expect(read.headers.get('content-type')).toBe('application/json');
  expect(logged.some((line) => /^function app-NotesFunction-\w+: .*\tINFO\tsaved n1$/.test(line))).toBe(true);
  const saved = requests.find(({ method }) => method === 'PUT');
  expect(saved?.hops.map(({ service, event }) => `${service} ${event}`)).toEqual(
    expect.arrayContaining([
      'apigateway lambda-authorizer.allowed',
      'apigateway integration.function-called',
      'lambda function.logged',
      'lambda function.ran',
    ]),
  );
});

test('a function URL with AWS_IAM answers CloudFront with origin access control only (LA-UR-02, LA-UR-03)', async () => {
  const { state, furtherUrls } = await startApp();
  expect(await (await fetch(`${state.url}/direct/x`)).text()).toBe('hello /direct/x, call 1');
  const url = furtherUrls.get('HelloUrl') ?? '';
  const direct = await fetch(`${url}/x`);
  expect(direct.status).toBe(403);
  expect(await direct.json()).toEqual({ Message: expect.stringContaining('Forbidden') });
  const body = 'abc';
  expect((await fetch(`${state.url}/direct/x`, { method: 'POST', body })).status).toBe(403);
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const signed = { method: 'POST', body, headers: { 'x-amz-content-sha256': hash } };
  expect((await fetch(`${state.url}/direct/x`, signed)).status).toBe(200);
});
