import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  backendRequest,
  named,
  readLoadBalancer,
  runLoadBalancer,
  startTarget,
} from '../../../test/load-balancers';
import { text } from '../../../test/requests';
import { answerOf, call, LOAD_BALANCER, runRestApi } from '../../../test/rest-apis';
import { BackendUnreachableError } from '../apigateway/backend';
import { Target } from './target';

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;

test('targets take turns', async () => {
  const { send } = runLoadBalancer({}, [await named('a'), await named('b')]);
  const answers: string[] = [];
  for (let i = 0; i < 4; i++) answers.push(await text(await send(backendRequest())));
  expect(answers).toEqual(['a', 'b', 'a', 'b']);
});

test('without a target the load balancer answers 503 itself, byte for byte (AG-LIM-06)', async () => {
  const { send } = runLoadBalancer({}, []);
  const asked = backendRequest();
  const response = await send(asked);
  expect([response.status, await text(response)]).toEqual([503, page('503 Service Temporarily Unavailable')]);
  expect(['server', 'content-type', 'content-length'].map((name) => response.headers.get(name))).toEqual([
    'awselb/2.0',
    'text/html',
    '162',
  ]);
  expect(asked.trace.hops.at(-1)?.note).toBe('answers 503 itself: target group Group has no healthy target');
});

test('its 503 passes through the API as the integration’s answer (AG-LIM-06)', async () => {
  const { send } = runLoadBalancer({}, []);
  const response = await runRestApi({ backend: send }).handle(call('/live/api/a'));
  expect([response.status, response.headers.get('content-type'), await text(response)]).toEqual([
    503,
    'text/html',
    page('503 Service Temporarily Unavailable'),
  ]);
  expect(response.headers.get('x-amzn-remapped-server')).toBe('awselb/2.0');
});

test('a target that ends the connection before it answers is 502 (AG-LIM-06)', async () => {
  const target = await startTarget((request) => request.socket.destroy());
  const response = await runLoadBalancer({}, [target]).send(backendRequest());
  expect([response.status, await text(response), response.headers.get('content-length')]).toEqual([
    502,
    page('502 Bad Gateway'),
    '122',
  ]);
  expect(target.inFlight).toBe(0);
});

test('a target that ends the connection in the middle of its answer becomes 504 at the API, and nothing hangs (AG-LIM-05)', async () => {
  const target = await startTarget((request, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('half', () => request.socket.destroy());
  });
  const { send } = runLoadBalancer({}, [target]);
  const response = await runRestApi({ backend: send }).handle(call('/live/api/a'));
  expect([response.status, await text(response)]).toEqual([
    504,
    '{"message": "Network error communicating with endpoint"}',
  ]);
  expect(target.inFlight).toBe(0);
});

test('a target that does not answer within the idle timeout is 504', async () => {
  const target = await startTarget(() => undefined);
  const balancer = { LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }] };
  const asked = backendRequest();
  const response = await runLoadBalancer({ balancer }, [target]).send(asked);
  expect([response.status, await text(response), response.headers.get('content-length')]).toEqual([
    504,
    page('504 Gateway Time-out'),
    '132',
  ]);
  expect(asked.trace.hops.at(-1)?.note).toContain('within its idle timeout of 1 s');
});

test('an API that is slow on purpose runs into the integration’s timeout (AG-LIM-04)', async () => {
  const { send, faults } = runLoadBalancer({}, [await named('a')]);
  faults.delayMs = 60_000;
  const { handle } = runRestApi({ backend: send, integration: { TimeoutInMillis: 50 } });
  const response = await handle(call('/live/api/a'));
  expect([response.status, await text(response)]).toEqual([504, '{"message": "Endpoint request timed out"}']);
  faults.reset();
  expect((await handle(call('/live/api/a'))).status).toBe(200);
});

test('an API that is down or failing on purpose says so in the trace', async () => {
  const { send, faults } = runLoadBalancer({}, [await named('a')]);
  const ask = async () => {
    const asked = backendRequest();
    return [(await send(asked)).status, asked.trace.hops.at(-1)?.note];
  };
  faults.mode = 'down';
  expect(await ask()).toEqual([
    503,
    'answers 503 itself: target group Group has no healthy target: it was switched off',
  ]);
  faults.mode = 'failing';
  expect(await ask()).toEqual([500, 'fails on purpose: it was switched to failing']);
});

test('when the viewer goes away the request to the target is dropped', async () => {
  const gone = new AbortController();
  let closed: (() => void) | undefined;
  const isClosed = new Promise<void>((resolve) => (closed = resolve));
  const target = await startTarget((request) => {
    request.socket.once('close', () => closed?.());
    gone.abort();
  });
  await expect(
    runLoadBalancer({}, [target]).send(backendRequest('/', { signal: gone.signal })),
  ).rejects.toThrowError();
  await isClosed;
  expect(target.inFlight).toBe(0);
});

test('connections to a target are kept and used again', async () => {
  const ports = new Set<number | undefined>();
  const target = await startTarget((request, response) => {
    ports.add(request.socket.remotePort);
    response.end();
  });
  const { send } = runLoadBalancer({}, [target]);
  for (let i = 0; i < 3; i++) {
    await text(await send(backendRequest()));
    await delay(5);
  }
  expect(ports.size).toBe(1);
});

async function headersAt(balancer: object, headers: [string, string][] = []): Promise<IncomingHttpHeaders> {
  let received: IncomingHttpHeaders = {};
  const target = await startTarget((request, response) => {
    received = request.headers;
    response.end();
  });
  await runLoadBalancer({ balancer }, [target]).send(backendRequest('/', { headers }));
  return received;
}

const attribute = (Key: string, Value: string): object => ({ LoadBalancerAttributes: [{ Key, Value }] });

test('the target sees who called, and the listener of the load balancer (AG-HD-05)', async () => {
  const headers = await headersAt({}, [
    ['X-Forwarded-For', '203.0.113.9, 192.0.2.1'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Port', '443'],
    ['X-Amzn-Trace-Id', 'Self=1-a;Root=1-5759e988-bd862e3fe1be46a994272793'],
  ]);
  expect(headers).toMatchObject({
    host: 'internal.example',
    'x-forwarded-for': '203.0.113.9, 192.0.2.1, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
    'x-amzn-trace-id': expect.stringMatching(
      /^Self=1-[0-9a-f-]{33};Root=1-5759e988-bd862e3fe1be46a994272793$/,
    ),
  });
});

test.each([
  ['append', '203.0.113.9, 127.0.0.1'],
  ['preserve', '203.0.113.9'],
  ['remove', undefined],
])('X-Forwarded-For with mode %s (AG-HD-05)', async (mode, expected) => {
  const headers = await headersAt(attribute('routing.http.xff_header_processing.mode', mode), [
    ['X-Forwarded-For', '203.0.113.9'],
  ]);
  expect(headers['x-forwarded-for']).toBe(expected);
});

test('header names that are invalid to the load balancer are dropped when it is told so', async () => {
  const given: [string, string][] = [
    ['x_under', '1'],
    ['x-fine', '1'],
  ];
  expect(await headersAt({}, given)).toMatchObject({ x_under: '1' });
  const headers = await headersAt(
    attribute('routing.http.drop_invalid_header_fields.enabled', 'true'),
    given,
  );
  expect([headers['x_under'], headers['x-fine']]).toEqual([undefined, '1']);
});

const OTHER = {
  Other: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Protocol: 'HTTP' } },
};

function rule(Priority: number, conditions: object[], action: object) {
  return {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: { ListenerArn: { Ref: 'Listener' }, Priority, Conditions: conditions, Actions: [action] },
  };
}

const fixed = (MessageBody: string): object => ({
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody },
});

test.each<[string, object, Parameters<typeof backendRequest>, boolean]>([
  ['a path', { Field: 'path-pattern', Values: ['/api/*'] }, ['/api/x'], true],
  [
    'a path in another case',
    { Field: 'path-pattern', PathPatternConfig: { Values: ['/API/*'] } },
    ['/api/x'],
    false,
  ],
  ['a host', { Field: 'host-header', Values: ['INTERNAL.*'] }, ['/'], true],
  ['another host', { Field: 'host-header', HostHeaderConfig: { Values: ['?.example'] } }, ['/'], false],
  [
    'a method',
    { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } },
    ['/', { method: 'POST' }],
    true,
  ],
  [
    'a header',
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: ['*b*'] } },
    ['/', { headers: [['x-a', 'aBc']] }],
    true,
  ],
  [
    'a query',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
    ['/?u=1&v=2'],
    true,
  ],
  [
    'another query',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Value: '2' }] } },
    ['/?v=3'],
    false,
  ],
  ['an address', { Field: 'source-ip', SourceIpConfig: { Values: ['127.0.0.0/8'] } }, ['/'], true],
])('a rule with %s takes what it is for', async (_, condition, asked, matches) => {
  const { send } = runLoadBalancer({ resources: { Rule: rule(1, [condition], fixed('by the rule')) } }, [
    await named('target'),
  ]);
  expect(await text(await send(backendRequest(...asked)))).toBe(matches ? 'by the rule' : 'target');
});

test('all conditions must hold, and the lowest priority goes first', async () => {
  const path = { Field: 'path-pattern', Values: ['/a*'] };
  const { send } = runLoadBalancer(
    {
      resources: {
        ...OTHER,
        Late: rule(20, [path], fixed('late')),
        Early: rule(10, [path, { Field: 'path-pattern', Values: ['*b'] }], {
          Type: 'forward',
          TargetGroupArn: { Ref: 'Other' },
        }),
      },
    },
    { Group: [await named('default')], Other: [await named('other')] },
  );
  const ask = async (target: string) => text(await send(backendRequest(target)));
  expect([await ask('/ab'), await ask('/ac'), await ask('/c')]).toEqual(['other', 'late', 'default']);
});

test('a redirect fills in what it keeps of the request', async () => {
  const action = {
    Type: 'redirect',
    RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: '443' },
  };
  const { send } = runLoadBalancer({ listener: { DefaultActions: [action] } }, []);
  const response = await send(backendRequest('/a/b?c=d'));
  expect([response.status, response.headers.get('location')]).toEqual([
    301,
    'https://internal.example:443/a/b?c=d',
  ]);
});

test('groups take turns by their weights', async () => {
  const action = {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: { Ref: 'Group' }, Weight: 3 },
        { TargetGroupArn: { Ref: 'Other' }, Weight: 1 },
      ],
    },
  };
  const { send } = runLoadBalancer(
    { listener: { DefaultActions: [action] }, resources: OTHER },
    { Group: [await named('three')], Other: [await named('one')] },
  );
  const answers: string[] = [];
  for (let i = 0; i < 8; i++) answers.push(await text(await send(backendRequest())));
  expect(answers.filter((answer) => answer === 'one')).toHaveLength(2);
});

test('a port that nothing listens on cannot be reached (AG-LIM-05)', async () => {
  const { send } = runLoadBalancer({}, [await named('a')]);
  await expect(send(backendRequest('/', { port: 81 }))).rejects.toThrowError(
    /Balancer has no listener on port 81/,
  );
});

const NETWORK = { balancer: { Type: 'network' }, listener: { Protocol: 'TCP' }, group: { Protocol: 'TCP' } };

test('a network load balancer passes requests on as they are (PI-01)', async () => {
  let received: IncomingHttpHeaders = {};
  const target = await startTarget((request, response) => {
    received = request.headers;
    response.end('ok');
  });
  const { send } = runLoadBalancer(NETWORK, [target]);
  const headers: [string, string][] = [['X-Forwarded-For', '203.0.113.9']];
  expect(await text(await send(backendRequest('/', { headers })))).toBe('ok');
  expect([received['x-forwarded-for'], received['x-forwarded-port']]).toEqual(['203.0.113.9', undefined]);
});

test('behind a network load balancer what breaks is a broken connection (AG-LIM-06)', async () => {
  await expect(runLoadBalancer(NETWORK, []).send(backendRequest())).rejects.toThrowError(
    BackendUnreachableError,
  );
  const nobody = new Target(1, () => undefined);
  await expect(runLoadBalancer(NETWORK, [nobody]).send(backendRequest())).rejects.toThrowError(
    BackendUnreachableError,
  );
  const { send } = runLoadBalancer(NETWORK, []);
  expect((await runRestApi({ backend: send }).handle(call('/live/api/a'))).status).toBe(504);
});

test.each([
  [
    'an interval',
    { group: { HealthCheckIntervalSeconds: 4 } },
    'HealthCheckIntervalSeconds: must be 5 to 300',
  ],
  ['a timeout', { group: { HealthCheckTimeoutSeconds: 121 } }, 'HealthCheckTimeoutSeconds: must be 2 to 120'],
  [
    'a timeout over the interval',
    { group: { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 } },
    '5 must be less than the interval of 5 s',
  ],
  ['a threshold', { group: { UnhealthyThresholdCount: 1 } }, 'UnhealthyThresholdCount: must be 2 to 10'],
  ['another port', { group: { HealthCheckPort: '9000' } }, 'HealthCheckPort: must be traffic-port'],
  ['UDP', { group: { Protocol: 'UDP' } }, 'UDP is not run here'],
  ['a gateway load balancer', { balancer: { Type: 'gateway' } }, 'a gateway load balancer is not run here'],
  ['an idle timeout', { balancer: attribute('idle_timeout.timeout_seconds', '0') }, 'must be 1 to 4000'],
  [
    'authentication',
    { listener: { DefaultActions: [{ Type: 'authenticate-oidc' }] } },
    'authenticate-oidc is not run here',
  ],
  [
    'a group that is not there',
    { listener: { DefaultActions: [{ Type: 'forward', TargetGroupArn: 'gone' }] } },
    'gone is no target group',
  ],
  [
    'stickiness',
    { group: { TargetGroupAttributes: [{ Key: 'stickiness.enabled', Value: 'true' }] } },
    'stickiness.enabled is not run here',
  ],
  [
    'an unknown property',
    { group: { Unknown: 1 } },
    'Group (AWS::ElasticLoadBalancingV2::TargetGroup) Unknown',
  ],
])('%s that AWS would refuse, or that is not run here, stops the start', (_, change, message) => {
  expect(() => readLoadBalancer(change)).toThrowError(message);
});

test('the balancer of a REST API is found by its ARN (PI-03)', async () => {
  const { handle } = runRestApi({
    backend: () => Promise.resolve(answerOf()),
    integration: { IntegrationTarget: LOAD_BALANCER },
  });
  expect((await handle(call('/live/api/a'))).status).toBe(200);
});
