import { expect, test } from 'vitest';
import { logRequest, type SampleHop, sampleTopology } from '../../test/console-sample';
import { RequestLog } from '../console/request-log';
import { roadOf } from './road';

const topology = sampleTopology();
const log = new RequestLog();

const EDGE = ['browser', 'distribution:Site'];
const API = [...EDGE, 'behavior:Site:/api/*', 'api:Api', 'method:Api:ANY /api/{proxy+}'];
const ROUTE: SampleHop = ['API Gateway', 'GET /api/a fits ANY /api/{proxy+}'];
const ALLOWED: SampleHop = ['Authorizer', 'allowed: an access token'];

test('a refused token ends the road at the authorizer', () => {
  const request = logRequest(log, '/api/a', 401, [ROUTE, ['Authorizer', 'refused: no token']]);
  expect(roadOf(topology, request)).toEqual([...API, 'authorizer:people']);
});

test('an answered call leads to the container', () => {
  const request = logRequest(log, '/api/a', 200, [ROUTE, ALLOWED, ['Integration', 'answered 200']]);
  expect(roadOf(topology, request)).toEqual([
    ...API,
    'authorizer:people',
    'load-balancer:Balancer',
    'container:Service',
  ]);
});

test('without a healthy target the road ends at the load balancer', () => {
  const request = logRequest(log, '/api/a', 503, [
    ROUTE,
    ALLOWED,
    ['Load balancer', 'answers 503 itself: target group G has no healthy target'],
  ]);
  expect(roadOf(topology, request).at(-1)).toBe('load-balancer:Balancer');
});

test('a container that answers 503 was reached', () => {
  const hops: SampleHop[] = [ROUTE, ALLOWED, ['Load balancer', 'forwards'], ['Container', 'answered 503']];
  expect(roadOf(topology, logRequest(log, '/api/a', 503, hops)).at(-1)).toBe('container:Service');
});

test('an unknown path ends at the API', () => {
  const request = logRequest(log, '/live/none', 403, [['API Gateway', 'no resource /none']], {
    via: 'execute-api',
  });
  expect(roadOf(topology, request).at(-1)).toBe('api:Api');
});

test('a file comes from the bucket, or from the cache before it', () => {
  const file = logRequest(log, '/a.js', 200, [
    ['CloudFront', 'asks origin files.s3.us-east-1.amazonaws.com for GET /a.js'],
  ]);
  expect(roadOf(topology, file)).toEqual([...EDGE, 'behavior:Site:*', 'bucket:Files']);
  const hit = logRequest(log, '/a.js', 200, [['CloudFront', 'served from the cache: stored 1 s ago']]);
  expect(roadOf(topology, hit)).toEqual([...EDGE, 'behavior:Site:*']);
});

test('a call around the distribution begins at the API, and sign-in at the user pool', () => {
  const around = logRequest(log, '/live/api/a', 401, [ROUTE, ['Authorizer', 'refused: no token']], {
    via: 'execute-api',
  });
  expect(roadOf(topology, around)).toEqual([
    'browser',
    'api:Api',
    'method:Api:ANY /api/{proxy+}',
    'authorizer:people',
  ]);
  const signIn = logRequest(log, '/oauth2/token', 200, [], { via: 'sign-in', method: 'POST' });
  expect(roadOf(topology, signIn)).toEqual(['browser', 'user-pool:Pool']);
});
