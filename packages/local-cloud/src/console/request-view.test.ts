import { expect, test } from 'vitest';
import { logRequest, SAMPLE_URLS, sampleTopology } from '../../test/console-sample';
import { ContainerLog } from './container-log';
import { RequestLog } from './request-log';
import { viewRequest } from './request-view';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const JWT = `${part({ alg: 'RS256' })}.${part({ sub: 'ada' })}.c2lnbmF0dXJl`;
const shown = { topology: sampleTopology(), urls: SAMPLE_URLS };
const HOP = ['s3', 'bucket.listed', { bucket: 'files' }] as const;

test('viewRequest tells added, changed and removed headers apart', () => {
  const by = 'function Spa';
  const request = logRequest(new RequestLog(), '/', 200, [
    [...HOP, { headers: [{ on: 'response', op: 'set', name: 'X-Frame-Options', value: 'DENY', by }] }],
    [...HOP, { headers: [{ on: 'response', op: 'set', name: 'x-frame-options', value: 'SAMEORIGIN', by }] }],
    [...HOP, { headers: [{ on: 'response', op: 'removed', name: 'X-Frame-Options', by }] }],
    [...HOP, { headers: [{ on: 'request', op: 'set', name: 'X-Frame-Options', value: '1', by }] }],
  ]);
  const { hops } = viewRequest(request, shown, new ContainerLog());
  expect(hops.flatMap(({ headers }) => headers.map(({ op }) => op))).toEqual([
    'added',
    'changed',
    'removed',
    'added',
  ]);
});

test('viewRequest shows no secret of an event', () => {
  const log = new RequestLog();
  const containers = new ContainerLog();
  containers.add('api', `{"msg":"got ${JWT}","requestId":"id-1"}`);
  const request = logRequest(
    log,
    `/verify/${JWT}?code=secret-code&state=secret-state`,
    401,
    [
      ['cognito', 'redirect.sent', { location: `/callback?code=secret-code&token=${JWT}` }],
      [
        ...HOP,
        {
          headers: [
            { on: 'request', op: 'set', name: 'Authorization', value: `Bearer ${JWT}`, by: 'viewer' },
            { on: 'request', op: 'set', name: 'Cookie', value: 'sid=secret-cookie', by: 'viewer' },
            {
              on: 'response',
              op: 'set',
              name: 'Set-Cookie',
              value: 'sid=secret-cookie; Path=/',
              by: 'origin',
            },
            { on: 'response', op: 'set', name: 'Location', value: '/cb?code=secret-code', by: 'origin' },
          ],
          token: { header: {}, claims: { sub: 'ada', raw: JWT } },
        },
      ],
    ],
    { headers: [['cookie', 'sid=secret-cookie']], traceIds: ['id-1'] },
  );
  const text = JSON.stringify(viewRequest(request, shown, containers));
  expect(text).not.toMatch(/eyJ|secret-/);
  expect(text).toContain('"queryNames":["code","state"]');
  expect(text).toContain('"cookieNames":["sid"]');
  expect(text).toContain('ada');
});

test('viewRequest measures each hop from the hop before', () => {
  const request = logRequest(new RequestLog(), '/', 200, [HOP, HOP]);
  const [first, second] = viewRequest(request, shown, new ContainerLog()).hops;
  expect(first?.fromMs).toBe(0);
  expect(second?.fromMs).toBe(first?.atMs);
});

test('viewRequest computes the lifetime of a token at the time of the request, by the clock of the local cloud', () => {
  const hour = 3_600_000;
  const log = new RequestLog(() => ({ switches: ['clock +1h'], clockOffsetMs: hour }));
  const exp = Math.floor((Date.now() + hour) / 1_000) - 120;
  const request = logRequest(log, '/api/a', 401, [
    [
      'apigateway',
      'authorizer.token-expired',
      { authorizer: 'users', header: 'Authorization', scopes: [], expiredSecondsAgo: 120 },
      { token: { header: {}, claims: { token_use: 'access', exp } } },
    ],
  ]);
  const view = viewRequest(request, shown, new ContainerLog());
  expect(view.hops[0]?.token?.summary).toMatch(/^expired (?:2m|1m 5\ds|2m \ds) ago/);
  expect(view.hops[0]?.deciding).toBe(true);
  expect(view.switches).toEqual(['clock +1h']);
});
