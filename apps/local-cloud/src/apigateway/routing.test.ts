import { expect, test } from 'vitest';
import type { ApiResource, Method } from './rest-api';
import { findRoute } from './routing';

function method(httpMethod: string): Method {
  return {
    httpMethod,
    authorizer: undefined,
    scopes: [],
    integration: { loadBalancerArn: '', uri: '', pathParameters: new Map(), timeoutMs: 1, httpMethod: 'ANY' },
  };
}

function resource(
  pathPart: string,
  path: string,
  methods: string[],
  children: ApiResource[] = [],
): ApiResource {
  return { pathPart, path, methods: methods.map(method), children };
}

const tree = resource(
  '',
  '/',
  [],
  [
    resource(
      'api',
      '/api',
      [],
      [
        resource('{proxy+}', '/api/{proxy+}', ['ANY']),
        resource('{id}', '/api/{id}', ['PUT'], [resource('notes', '/api/{id}/notes', ['GET'])]),
        resource('items', '/api/items', ['GET'], [resource('{id}', '/api/items/{id}', ['GET'])]),
      ],
    ),
  ],
);

test.each([
  ['AG-RT-04', 'GET', '/api', undefined],
  ['AG-RT-04', 'GET', '/api/', undefined],
  ['AG-RT-01', 'GET', '/', undefined],
  ['AG-RT-01', 'GET', '/elsewhere', undefined],
  ['AG-RT-05', 'GET', '/api/items', '/api/items'],
  ['AG-RT-05', 'GET', '/api/items/7', '/api/items/{id}'],
  ['AG-RT-05: no such method in the static branch', 'POST', '/api/items', '/api/{proxy+}'],
  ['AG-RT-05: no such child in the static branch', 'GET', '/api/items/7/more', '/api/{proxy+}'],
  ['AG-RT-05: parameter before greedy', 'PUT', '/api/7', '/api/{id}'],
  ['AG-RT-05: below a parameter', 'GET', '/api/7/notes', '/api/{id}/notes'],
  ['AG-RT-06', 'GET', '/api/items/', '/api/items'],
  ['AG-RT-11', 'GET', '//api/items', undefined],
  ['AG-RT-12', 'TRACE', '/api/x', undefined],
])('%s: %s %s is answered by %s', (_, httpMethod, path, expected) => {
  expect(findRoute(tree, httpMethod, path)?.resource.path).toBe(expected);
});

test('a greedy parameter holds the rest of the path, a plain one its segment', () => {
  expect(findRoute(tree, 'GET', '/api/a/b%2Fc')?.parameters.get('proxy')).toBe('a/b%2Fc');
  expect(findRoute(tree, 'GET', '/api/items/7')?.parameters.get('id')).toBe('7');
});
