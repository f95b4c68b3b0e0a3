import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AwsClient } from 'aws4fetch';
import { expect, test } from 'vitest';
import { optionsOf, start } from '../running';

test('an API without proxies calls tables, buckets and functions (AG-IN-02, AG-IN-06, AG-IN-07, AG-IN-08, AG-IA-01)', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'rest-integrations-'));
  const template = path.join(import.meta.dirname, 'api.yaml');
  const files = path.join(import.meta.dirname, 'files');
  const stateFile = path.join(directory, 'state.json');
  const { state } = await start(
    optionsOf('--template', template, '--bucket', `Files=${files}`, '--state-file', stateFile),
  );
  const send = async (method: string, target: string, body?: object, client = fetch) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await client(`${state.apiEndpoint}${target}`, {
      method,
      ...(body && { headers, body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: (await response.text()).trim() };
  };

  expect(await send('GET', '/notes/n1')).toMatchObject({ status: 404, text: '{"message":"not found"}' });
  expect(await send('PUT', '/notes/n1', { text: "it's milk" })).toMatchObject({ status: 204, text: '' });
  expect(await send('GET', '/notes/n1')).toMatchObject({
    status: 200,
    text: '{"id":"n1","text":"it\'s milk"}',
  });
  expect(await send('PUT', '/notes/n1', { text: 1 })).toMatchObject({
    status: 400,
    text: '{"message":"Invalid request body"}',
  });
  const large = await send('PUT', '/notes/n2', { text: 'a'.repeat(410_000) });
  expect(large).toMatchObject({ status: 400, text: expect.stringContaining('Item size has exceeded') });

  const file = await send('GET', '/files/hello.txt');
  expect(file).toMatchObject({ status: 200, text: 'hello from a bucket' });
  expect(file.headers.get('content-type')).toBe('text/plain');
  expect(await send('GET', '/files/none')).toMatchObject({
    status: 404,
    text: expect.stringContaining('<Code>NoSuchKey</Code>'),
  });

  expect(await send('POST', '/divide', { a: 6, b: 3 })).toMatchObject({ status: 403 });
  expect(state.credentials).toBeDefined();
  const aws = new AwsClient({
    ...(state.credentials as NonNullable<typeof state.credentials>),
    service: 'execute-api',
  });
  const signed: typeof fetch = (...input) => aws.fetch(...input);
  expect(await send('POST', '/divide', { a: 6, b: 3 }, signed)).toMatchObject({
    status: 200,
    text: '{"quotient":2}',
  });
  expect(await send('POST', '/divide', { a: 6, b: 0 }, signed)).toMatchObject({
    status: 400,
    text: '{"message":"[BadRequest] b is 0"}',
  });
});
