import { expect, test } from 'vitest';
import { testDistribution, testEdge } from '../../../../../test/edge';
import { dataOf, request } from '../../../../../test/requests';
import { selectBehavior } from './behavior-selection';

const behavior = (PathPattern: string, more: object = {}) => ({
  PathPattern,
  TargetOriginId: 'files',
  ViewerProtocolPolicy: 'allow-all',
  CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  ...more,
});

function chosen(patterns: string[], target: string) {
  const distribution = testDistribution({
    config: { CacheBehaviors: patterns.map((pattern) => behavior(pattern)) },
  });
  const asked = request(target);
  const { pattern } = selectBehavior(distribution, asked);
  return { pattern, matched: dataOf(asked, 'behavior.matched') };
}

test.each([
  [['/a/*', '/a/b/*'], '/a/b/c', '/a/*'],
  [['/a/b/*', '/a/*'], '/a/b/c', '/a/b/*'],
  [['/a/*', '/a/b/*'], '/c', '*'],
])('of %j the first pattern that matches %s is %s [CF-PATH-01]', (patterns, path, expected) => {
  expect(chosen(patterns, path).pattern).toBe(expected);
});

test('the query does not take part in the match [CF-PATH-06]', () => {
  expect(chosen(['*.js'], '/a?b.js').pattern).toBe('*');
  expect(chosen(['/a'], '/a?b').pattern).toBe('/a');
});

test.each(['/a b', '/ä', '/a#b', `/${'a'.repeat(255)}`])('rejects the pattern %s [CF-PATH-06]', (pattern) => {
  expect(() => chosen([pattern], '/')).toThrowError(/CacheBehaviors\[0\]\.PathPattern/);
});

test('the trace contains the path compared and the patterns that did not match', () => {
  expect(chosen(['/a/*', '/b/*'], '//b/../b/c').matched).toEqual({
    pattern: '/b/*',
    isDefault: false,
    notMatched: ['/a/*'],
    path: '/b/c',
    requestPath: '//b/../b/c',
    origin: 'origin.example',
    cachePolicy: 'Managed-CachingDisabled',
    originRequestPolicy: undefined,
    responseHeadersPolicy: undefined,
  });
  expect(chosen(['/a/*'], '/c').matched).toMatchObject({ isDefault: true, notMatched: ['/a/*'] });
});

test('the root object applies only to / [CF-ROOT-01, CF-ROOT-02]', async () => {
  const { ask, received } = testEdge({ config: { DefaultRootObject: 'index.html' } });
  for (const path of ['/', '/docs/', '/index.html']) await ask(path);
  expect(received.map(({ path }) => path)).toEqual(['/index.html', '/docs/']);
});

test('the root object applies to every method [CF-ROOT-03]', async () => {
  const { ask, received } = testEdge({
    config: { DefaultRootObject: 'index.html' },
    behavior: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'] },
  });
  await ask('/', {}, { method: 'PUT' });
  expect([received[0]?.method, received[0]?.path]).toEqual(['PUT', '/index.html']);
});

test('rejects a root object with a leading slash [CF-ROOT-04]', () => {
  expect(() => testDistribution({ config: { DefaultRootObject: '/app/index.html' } })).toThrowError(
    /DefaultRootObject is '\/app\/index.html': it starts with a slash.* Write app\/index.html\./,
  );
});

test('a function sees the viewer’s path; the root object applies after it [CF-ROOT-05]', async () => {
  const { ask, received } = testEdge({
    config: { DefaultRootObject: 'index.html' },
    behavior: {
      FunctionAssociations: [
        { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Sees', 'FunctionARN'] } },
      ],
    },
    resources: {
      Sees: {
        Type: 'AWS::CloudFront::Function',
        Properties: {
          Name: 'sees',
          AutoPublish: true,
          FunctionCode: `function handler(event) { event.request.headers['x-seen'] = { value: event.request.uri };
            return event.request.uri === '/gone' ? { statusCode: 410 } : event.request; }`,
          FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
        },
      },
    },
  });
  const { trace } = await ask('/');
  expect(JSON.stringify(trace.hops)).toContain('"name":"X-Seen","value":"/"');
  expect(received[0]?.path).toBe('/index.html');
});
