import { expect, test } from 'vitest';
import { logRequest, type SampleHop, sampleTopology, matchedBehavior } from '../../test/console-sample';
import { RequestLog } from '../console/request-log';
import { requestPath } from './request-path';

const topology = sampleTopology();
const log = new RequestLog();

const EDGE = ['browser', 'distribution:Site'];
const METHOD = ['api:Api', 'method:Api:ANY /api/{proxy+}'];
const API = [...EDGE, 'behavior:Site:/api/*', ...METHOD];

const host = topology.restApis[0]?.host ?? '';
const bucketHost = topology.buckets[0]?.hosts[0] ?? '';
const targetGroup = topology.loadBalancers[0]?.targetGroups[0]?.logicalId ?? '';

const SETTINGS = { authorizer: 'people', header: 'Authorization', scopes: ['things/read'] };
const BEHAVIOR = matchedBehavior('/api/*', host);
const FILES = matchedBehavior('*', bucketHost);
const ROUTE: SampleHop = [
  'apigateway',
  'route.matched',
  {
    stage: 'live',
    requestMethod: 'GET',
    method: 'ANY',
    resourcePath: '/api/{proxy+}',
    pathParameters: { proxy: 'a' },
  },
];
const REJECTED: SampleHop = ['apigateway', 'authorizer.token-missing', SETTINGS];
const ALLOWED: SampleHop = [
  'apigateway',
  'authorizer.allowed',
  { ...SETTINGS, tokenUse: 'access', subject: 'ada', scope: 'things/read', cached: undefined },
];
const FORWARDED: SampleHop = [
  'elasticloadbalancing',
  'request.forwarded',
  { listenerPort: 80, rule: undefined, targetGroup, targetPort: 3000, availableTargets: 1 },
];

test('requestPath ends at the authorizer that rejects the token', () => {
  const request = logRequest(log, '/api/a', 401, [BEHAVIOR, ROUTE, REJECTED]);
  expect(requestPath(topology, request)).toEqual([...API, 'authorizer:people']);
});

test('requestPath leads to the container of a successful call', () => {
  const responded: SampleHop = ['elasticloadbalancing', 'container.responded', { status: 200 }];
  const request = logRequest(log, '/api/a', 200, [BEHAVIOR, ROUTE, ALLOWED, FORWARDED, responded]);
  expect(requestPath(topology, request)).toEqual([
    ...API,
    'authorizer:people',
    'load-balancer:Balancer',
    'container:Service',
  ]);
});

test('requestPath ends at a load balancer without a healthy target', () => {
  const unhealthy: SampleHop = [
    'elasticloadbalancing',
    'target.none-healthy',
    { targetGroup, forced: false },
  ];
  const request = logRequest(log, '/api/a', 503, [BEHAVIOR, ROUTE, ALLOWED, unhealthy]);
  expect(requestPath(topology, request).at(-1)).toBe('load-balancer:Balancer');
});

test('requestPath ends at the API for an unknown path', () => {
  const hop: SampleHop = [
    'apigateway',
    'route.not-found',
    { method: 'GET', path: '/none', reason: 'unknown-path', routes: [], moreRoutes: 0 },
  ];
  const request = logRequest(log, '/live/none', 403, [hop], { via: 'execute-api' });
  expect(requestPath(topology, request).at(-1)).toBe('api:Api');
});

test('requestPath leads to the bucket, or ends at the cache in front of it', () => {
  const found: SampleHop = ['s3', 'object.found', { endpoint: 'rest', bucket: 'files', key: 'a.js' }];
  const file = logRequest(log, '/a.js', 200, [FILES, found]);
  expect(requestPath(topology, file)).toEqual([...EDGE, 'behavior:Site:*', 'bucket:Files']);
  const hit = logRequest(log, '/a.js', 200, [FILES, ['cloudfront', 'cache.hit', { ageSeconds: 1 } as never]]);
  expect(requestPath(topology, hit)).toEqual([...EDGE, 'behavior:Site:*']);
});

test('requestPath starts at the API for a direct call, and at the user pool for sign-in', () => {
  const direct = logRequest(log, '/live/api/a', 401, [ROUTE, REJECTED], { via: 'execute-api' });
  expect(requestPath(topology, direct)).toEqual(['browser', ...METHOD, 'authorizer:people']);
  const signIn = logRequest(log, '/oauth2/token', 200, [], { via: 'sign-in', method: 'POST' });
  expect(requestPath(topology, signIn)).toEqual(['browser', 'user-pool:Pool']);
});

test('requestPath of a call of the Invoke API has the function only: no browser sends it', () => {
  const target = '/2015-03-31/functions/worker/invocations';
  const called: SampleHop = [
    'lambda',
    'api.called',
    { function: 'Worker', operation: 'Invoke', type: 'RequestResponse' },
  ];
  const request = logRequest(log, target, 200, [called], { via: 'invoke-api', method: 'POST' });
  expect(requestPath(topology, request)).toEqual(['function:Worker']);
  const rejected: SampleHop = ['lambda', 'api.rejected', { error: 'ResourceNotFoundException', message: '' }];
  const unknown = logRequest(log, target, 404, [rejected], { via: 'invoke-api', method: 'POST' });
  expect(requestPath(topology, unknown)).toEqual([]);
});
