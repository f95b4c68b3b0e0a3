import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { recordOf } from '../src/http/request-record';
import { compareWithDescription } from './described';

test.each([
  ['a status that is not described', '/api/greeting', 418, {}, '{}', 'the status is not described'],
  ['a path that is not described', '/api/secrets', 200, {}, '{}', 'the path is not described'],
  [
    'another media type',
    '/api/greeting',
    200,
    { 'content-type': 'text/html' },
    '{}',
    'media type is text/html',
  ],
  ['a property that is missing', '/api/greeting', 200, {}, '{"id":1}', "required property 'content'"],
  [
    'a property too many',
    '/api/greeting',
    200,
    {},
    '{"id":1,"content":"x","sub":"y"}',
    'additional properties',
  ],
  ['a header that is missing', '/api/greeting', 503, {}, '{}', 'Retry-After is missing'],
] as const)('%s is found', async (_, route, status, headers, body, fault) => {
  const server = createServer((_request, response) => {
    recordOf(response).route = route;
    response.writeHead(status, { 'x-request-id': 'x', 'content-type': 'application/json', ...headers });
    response.end(body);
  });
  const found = compareWithDescription(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(found.join()).toContain(fault);
});
