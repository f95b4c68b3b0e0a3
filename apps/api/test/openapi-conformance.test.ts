import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkConformance } from './openapi-conformance';

test.each([
  ['an undescribed status', '/health', 418, {}, '{}', 'the status is not described'],
  ['an undescribed path', '/api/secrets', 200, {}, '{}', 'media type'],
  ['another media type', '/health', 200, { 'content-type': 'text/html' }, '{}', 'media type is text/html'],
  ['a missing property', '/health', 200, {}, '{}', "required property 'status'"],
  ['an additional property', '/health', 200, {}, '{"status":"ok","sub":"y"}', 'additional properties'],
  ['a missing header', '/health', 503, {}, '{}', 'the header Retry-After is missing'],
] as const)('checkConformance() reports %s', async (_, route, status, headers, body, violation) => {
  const violations: string[] = [];
  const server = createServer(
    checkConformance((_request, response) => {
      response.statusCode = status;
      response.setHeaders(
        new Headers({ 'x-request-id': 'x', 'content-type': 'application/json', ...headers }),
      );
      response.end(body);
    }, violations),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${route}`);
  expect(violations.join()).toContain(violation);
});
