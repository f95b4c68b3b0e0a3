import { expect, test } from 'vitest';
import { logRequest, matchedBehavior } from '../../test/console-sample';
import { choices, type Filters, FILTERS, matches } from './filters';
import { RequestLog } from './request-log';
import { listRequest } from './request-view';

const refused = listRequest(
  logRequest(
    new RequestLog(),
    '/api/greeting',
    401,
    [
      matchedBehavior('/api/*', 'api'),
      [
        'apigateway',
        'authorizer.token-missing',
        { authorizer: 'users', header: 'Authorization', scopes: [] },
      ],
    ],
    {
      headers: [
        ['X-Trace', 'abc-1'],
        ['Authorization', 'Bearer secret'],
      ],
    },
  ),
);

const none = Object.fromEntries(FILTERS.map((name) => [name, ''])) as Filters;

test.each<[keyof Filters, string, string]>([
  ['path', 'GET /API/', 'POST'],
  ['status', '4', '2'],
  ['via', 'distribution', 'sign-in'],
  ['service', 'Authorizer', 'S3'],
  ['event', 'authorizer.token-missing', 'authorizer.allowed'],
  ['explanation', 'no-token', 'id-token'],
  ['header', 'x-trace: ABC', 'x-trace: b'],
])('the filter "%s" lets requests with %s pass, and no others', (name, own, other) => {
  expect(matches(refused, { ...none, [name]: own })).toBe(true);
  expect(matches(refused, { ...none, [name]: other })).toBe(false);
});

test('a request passes if all filters let it pass', () => {
  expect(matches(refused, none)).toBe(true);
  expect(matches(refused, { ...none, status: '4', service: 'S3' })).toBe(false);
});

test('a token cannot be found by the filter for headers', () => {
  expect(matches(refused, { ...none, header: 'secret' })).toBe(false);
});

test('a filter offers what the requests have, and what is selected', () => {
  expect(choices([refused, refused], 'gone', ({ services }) => services)).toEqual([
    'Authorizer',
    'CloudFront',
    'gone',
  ]);
});
