import { expect, test } from 'vitest';
import { testDistribution, testEdge } from '../../../../../test/edge';
import { request } from '../../../../../test/requests';
import { chooseBehavior } from './behavior-selection';

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
  const { pattern } = chooseBehavior(distribution, asked);
  return { pattern, note: asked.trace.hops[0]?.note };
}

test.each([
  [['/a/*', '/a/b/*'], '/a/b/c', '/a/*'],
  [['/a/b/*', '/a/*'], '/a/b/c', '/a/b/*'],
  [['/a/*', '/a/b/*'], '/c', '*'],
])('of %j the first that matches %s is %s [CF-PATH-01]', (patterns, path, expected) => {
  expect(chosen(patterns, path).pattern).toBe(expected);
});

test('the query takes no part in the match [CF-PATH-06]', () => {
  expect(chosen(['*.js'], '/a?b.js').pattern).toBe('*');
  expect(chosen(['/a'], '/a?b').pattern).toBe('/a');
});

test.each(['/a b', '/ä', '/a#b', `/${'a'.repeat(255)}`])(
  'the pattern %s is refused [CF-PATH-06]',
  (pattern) => {
    expect(() => chosen([pattern], '/')).toThrowError(/CacheBehaviors\[0\]\.PathPattern/);
  },
);

test('the trace says why, and which patterns did not match', () => {
  expect(chosen(['/a/*', '/b/*'], '//b/../b/c').note).toBe(
    'behavior /b/* (/b/c matches, /a/* did not) → origin origin.example',
  );
  expect(chosen(['/a/*'], '/c').note).toBe('default behavior (/a/* did not match) → origin origin.example');
});

test('the root object is for the root only [CF-ROOT-01, CF-ROOT-02]', async () => {
  const { ask, received } = testEdge({ config: { DefaultRootObject: 'index.html' } });
  for (const path of ['/', '/docs/', '/index.html']) await ask(path);
  expect(received.map(({ path }) => path)).toEqual(['/index.html', '/docs/']);
});

test('whatever the method [CF-ROOT-03]', async () => {
  const { ask, received } = testEdge({
    config: { DefaultRootObject: 'index.html' },
    behavior: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'] },
  });
  await ask('/', {}, { method: 'PUT' });
  expect([received[0]?.method, received[0]?.path]).toEqual(['PUT', '/index.html']);
});

test('a root object with a leading slash is refused at start [CF-ROOT-04]', () => {
  expect(() => testDistribution({ config: { DefaultRootObject: '/index.html' } })).toThrowError(
    /DefaultRootObject: must not start with a slash/,
  );
});

test('a function sees the path as the viewer sent it, the root object comes after [CF-ROOT-05]', async () => {
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
  const { hops } = await ask('/');
  expect(JSON.stringify(hops)).toContain('"name":"X-Seen","value":"/"');
  expect(received[0]?.path).toBe('/index.html');
});
