import { expect, test } from 'vitest';
import { logRequest, matchedBehavior, SAMPLE_URLS, sampleTopology } from '../../test/console-sample';
import { ContainerLog } from './container-log';
import { fromHar, toHar } from './har';
import { RequestLog } from './request-log';
import { viewRequest } from './request-view';

test('an exported request is imported with its hops, explanation, headers and body', () => {
  const request = logRequest(
    new RequestLog(),
    '/api/a?name=secret-value',
    401,
    [
      matchedBehavior('/api/*', 'api'),
      [
        'apigateway',
        'authorizer.token-missing',
        { authorizer: 'users', header: 'Authorization', scopes: [] },
      ],
    ],
    { method: 'POST', body: 'hello', owner: 'Site', headers: [['Authorization', 'Bearer secret-value']] },
  );
  const view = viewRequest(request, { topology: sampleTopology(), urls: SAMPLE_URLS }, new ContainerLog());
  const file = JSON.stringify(toHar([view]));
  expect(file).not.toContain('secret-value');
  expect(JSON.parse(file)).toMatchObject({
    log: { entries: [{ request: { method: 'POST', url: 'http://localhost:4300/api/a?name=' } }] },
  });
  expect(fromHar(JSON.parse(file))).toEqual([
    {
      ...view,
      id: -1,
      services: ['CloudFront', 'Authorizer'],
      events: ['behavior.matched', 'authorizer.token-missing'],
      explanationId: 'no-token',
      headers: expect.arrayContaining(['Content-Type: text/plain']),
    },
  ]);
});

/** An entry as browsers write it. */
const entry = {
  startedDateTime: '2026-11-29T10:00:00.000+01:00',
  time: 12.345,
  request: {
    method: 'POST',
    url: 'https://d1.cloudfront.net/api/a?code=secret-1',
    headers: [
      { name: 'Authorization', value: 'Bearer secret-2' },
      { name: 'Cookie', value: 'sid=secret-3' },
    ],
    postData: { mimeType: 'application/json', text: '{"password":"secret-4","name":"Ada"}' },
  },
  response: {
    status: 200,
    headers: [{ name: 'Set-Cookie', value: 'sid=secret-5' }],
    content: { size: 30, mimeType: 'application/json', text: '{"access_token":"secret-6"}' },
  },
};

test('a HAR file of a browser is imported without its secrets', () => {
  const [request] = fromHar({ log: { entries: [entry] } });
  expect(request).toMatchObject({
    origin: 'https://d1.cloudfront.net',
    path: '/api/a',
    queryNames: ['code'],
    hops: [],
  });
  expect(request?.at).toBe('2026-11-29T09:00:00.013Z');
  expect(request?.request.body?.text).toContain('Ada');
  expect(JSON.stringify(request)).not.toContain('secret-');
});

test.each([
  ['no HAR', { a: 1 }, 'log'],
  ['hops of another shape', { log: { entries: [{ ...entry, _localCloud: { hops: 1 } }] } }, '_localCloud'],
])('a file with %s is rejected', (_case, har, path) => {
  expect(() => fromHar(har)).toThrow(path);
});
