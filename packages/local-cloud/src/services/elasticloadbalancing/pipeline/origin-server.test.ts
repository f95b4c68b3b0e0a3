import { expect, test } from 'vitest';
import { type Backend, BackendUnreachableError } from '../../../http/backend';
import { request } from '../../../../test/requests';
import { responseOf } from '../../../../test/rest-apis';
import { loadBalancerServer } from './origin-server';

const connection = (protocol: 'http' | 'https', port: number) => ({
  protocol,
  port,
  connectTimeoutMs: 1_000,
  readTimeoutMs: 1_000,
});

test('a load balancer receives the request on the port of the origin (CF-LB-01)', async () => {
  const received: unknown[] = [];
  const send: Backend = ({ target, port }) => {
    received.push([target, port]);
    return Promise.resolve(responseOf());
  };
  const server = loadBalancerServer('lb.example', send);
  expect((await server(request('/a?b=1'), undefined, connection('http', 8080))).status).toBe(200);
  expect(received).toEqual([['/a?b=1', 8080]]);
});

test('HTTPS to the name of a load balancer fails: no certificate is for it (CF-LB-01)', async () => {
  const server = loadBalancerServer('lb.example', () => Promise.resolve(responseOf()));
  await expect(server(request('/'), undefined, connection('https', 443))).rejects.toThrowError(
    'lb.example has no certificate for this name',
  );
});

test('a port without a listener refuses the connection (CF-LB-01)', async () => {
  const send: Backend = () => Promise.reject(new BackendUnreachableError('no-listener', 'Alb:81'));
  await expect(
    loadBalancerServer('lb.example', send)(request('/'), undefined, connection('http', 81)),
  ).rejects.toMatchObject({ reason: 'connection-refused' });
});
