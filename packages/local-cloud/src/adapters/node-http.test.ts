import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { hasStartedResponse } from './node-http';

test('a connection of Node has its response in _httpMessage', async () => {
  const seen: boolean[] = [];
  const server = createServer((request, response) => {
    seen.push(hasStartedResponse(request.socket));
    response.write('a');
    seen.push(hasStartedResponse(request.socket));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve, reject) => {
    sendRequest({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, (response) => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
  await new Promise((resolve) => server.close(resolve));
  expect(
    seen,
    `Node ${process.version} no longer sets _httpMessage of a socket: adapt src/adapters/node-http.ts`,
  ).toEqual([false, true]);
});
