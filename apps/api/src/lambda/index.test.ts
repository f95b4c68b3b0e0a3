import serverless from 'serverless-http';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { serveHistoryTable } from '../../test/history-table';
import { createApp } from '../app';
import { createLogger } from '../http-logger';
import { openStores } from '../stores';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** Loads the function with its environment variables, as Lambda does. */
async function load(environment: Record<string, string> = {}) {
  const variables = { TOKEN_VERIFICATION: 'off', LOG_LEVEL: 'silent', ...environment };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { handler } = await import('./index');
  return (method: string, path: string, body: string | null = null) =>
    handler(
      {
        resource: '/api/{proxy+}',
        path,
        httpMethod: method,
        headers: { 'Content-Type': 'application/json' },
        multiValueHeaders: { 'Content-Type': ['application/json'] },
        queryStringParameters: { name: 'Ada L.' },
        multiValueQueryStringParameters: { name: ['Ada L.'] },
        pathParameters: { proxy: path.slice('/api/'.length) },
        requestContext: { requestId: '1', path: `/dev${path}`, identity: { sourceIp: '127.0.0.1' } },
        body,
        isBase64Encoded: false,
      },
      {},
    );
}

test('the function handles an event with its path, query and body', async () => {
  const { environment } = await serveHistoryTable();
  const call = await load(environment);
  expect(await call('GET', '/api/greeting')).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: '{"id":1,"content":"Hello, Ada L.!"}',
    isBase64Encoded: false,
  });
  expect(await call('POST', '/api/greetings', '{"name":"Grace"}')).toMatchObject({
    statusCode: 201,
    body: expect.stringContaining('Hello, Grace!'),
  });
});

test('the function returns errors as problem details', async () => {
  const { environment } = await serveHistoryTable();
  const call = await load(environment);
  expect(await call('GET', '/api/nope')).toMatchObject({
    statusCode: 404,
    headers: { 'content-type': 'application/problem+json' },
  });
  expect(await call('POST', '/api/greetings', '{"name":')).toMatchObject({ statusCode: 400 });
});

test('the function writes the metrics of each request before it returns the response', async () => {
  const call = await load({ METRICS_NAMESPACE: 'greetings' });
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  onTestFinished(() => write.mockRestore());
  await call('GET', '/api/greeting');
  expect(written).toEqual([expect.stringContaining('"Namespace":"greetings"')]);
  expect(JSON.parse(written.join(''))).toHaveProperty('Latency', expect.any(Number));
});

test('the function does not start with an invalid configuration', async () => {
  await expect(load({ GREETING_ID_BLOCK: 'many' })).rejects.toThrow(/GREETING_ID_BLOCK is "many"/);
});

test('the log says that the request is completed', async () => {
  const lines: string[] = [];
  const app = createApp({
    ...openStores({}, 1),
    tokens: 'unverified',
    logger: createLogger('info', { write: (line) => lines.push(line) }),
    state: { isStopping: false },
  });
  await serverless(app)({ httpMethod: 'GET', path: '/api/greeting' }, {});
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ msg: 'request completed', res: { statusCode: 200 } }),
  ]);
});
