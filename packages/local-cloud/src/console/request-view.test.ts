import { expect, test } from 'vitest';
import { logRequest, sampleTopology } from '../../test/console-sample';
import { ContainerLog } from './container-log';
import { RequestLog } from './request-log';
import { viewRequest } from './request-view';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const JWT = `${part({ alg: 'RS256' })}.${part({ sub: 'ada' })}.c2lnbmF0dXJl`;
const topology = sampleTopology();

test('a header is added, then changed, then removed, each with what did it', () => {
  const by = 'function Spa';
  const request = logRequest(new RequestLog(), '/', 200, [
    ['A', 'one', { headers: [{ on: 'response', op: 'set', name: 'X-Frame-Options', value: 'DENY', by }] }],
    [
      'B',
      'two',
      { headers: [{ on: 'response', op: 'set', name: 'x-frame-options', value: 'SAMEORIGIN', by }] },
    ],
    ['C', 'three', { headers: [{ on: 'response', op: 'removed', name: 'X-Frame-Options', by }] }],
    ['D', 'four', { headers: [{ on: 'request', op: 'set', name: 'X-Frame-Options', value: '1', by }] }],
  ]);
  const { hops } = viewRequest(request, topology, new ContainerLog());
  expect(hops.flatMap(({ headers }) => headers.map(({ op }) => op))).toEqual([
    'added',
    'changed',
    'removed',
    'added',
  ]);
});

test('nothing secret is shown, whoever put it into the trace', () => {
  const log = new RequestLog();
  const containers = new ContainerLog();
  containers.add('api', `{"msg":"got ${JWT}","requestId":"id-1"}`);
  const request = logRequest(
    log,
    `/verify/${JWT}?code=secret-code&state=secret-state`,
    401,
    [
      [
        `S ${JWT}`,
        `refused ${JWT} at /callback?code=secret-code`,
        { facts: { Token: JWT, Query: 'code=secret-code' } },
      ],
      [
        'CloudFront',
        'asks',
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
  const shown = JSON.stringify(viewRequest(request, topology, containers));
  expect(shown).not.toMatch(/eyJ|secret-/);
  expect(shown).toContain('"queryNames":["code","state"]');
  expect(shown).toContain('"cookieNames":["sid"]');
  expect(shown).toContain('ada');
});

test('time at each hop is from the hop before it', () => {
  const request = logRequest(new RequestLog(), '/', 200, [
    ['A', 'one'],
    ['B', 'two'],
  ]);
  const [first, second] = viewRequest(request, topology, new ContainerLog()).hops;
  expect(first?.fromMs).toBe(0);
  expect(second?.fromMs).toBe(first?.atMs);
});

test('what is left of a token is told from when the request came in, by the clock of the cloud', () => {
  const hour = 3_600_000;
  const log = new RequestLog(() => ({ switches: ['clock +1 h'], clockOffsetMs: hour }));
  const exp = Math.floor((Date.now() + hour) / 1_000) - 120;
  const request = logRequest(log, '/api/a', 401, [
    ['Authorizer', 'refused: expired', { token: { header: {}, claims: { token_use: 'access', exp } } }],
  ]);
  const view = viewRequest(request, topology, new ContainerLog());
  expect(view.hops[0]?.token?.summary).toMatch(/^expired (?:2 min|1 min 5\d s|2 min \d s) ago/);
  expect(view.hops[0]?.deciding).toBe(true);
  expect(view.switches).toEqual(['clock +1 h']);
});
