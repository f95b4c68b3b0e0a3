import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  backendRequest,
  named,
  readLoadBalancer,
  runLoadBalancer,
  startTarget,
} from '../../../../test/load-balancers';
import { dataOf, text } from '../../../../test/requests';
import { responseOf, call, LOAD_BALANCER, runRestApi } from '../../../../test/rest-apis';
import { BackendUnreachableError } from '../../../http/backend';
import { Target } from './target-health';

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;

test('chooses targets round robin', async () => {
  const { send } = runLoadBalancer({}, [await named('a'), await named('b')]);
  const answers: string[] = [];
  for (let i = 0; i < 4; i++) answers.push(await text(await send(backendRequest())));
  expect(answers).toEqual(['a', 'b', 'a', 'b']);
});

test('responds with 503 without a target, byte for byte as on AWS (AG-LIM-06)', async () => {
  const { send } = runLoadBalancer({}, []);
  const incoming = backendRequest();
  const response = await send(incoming);
  expect([response.status, await text(response)]).toEqual([503, page('503 Service Temporarily Unavailable')]);
  expect(['server', 'content-type', 'content-length'].map((name) => response.headers.get(name))).toEqual([
    'awselb/2.0',
    'text/html',
    '162',
  ]);
  expect(dataOf(incoming, 'target.none-healthy')).toEqual({ targetGroup: 'Group', forced: false });
});

test('the API passes on the 503 of the load balancer (AG-LIM-06)', async () => {
  const { send } = runLoadBalancer({}, []);
  const response = await runRestApi({ backend: send }).handle(call('/live/api/a'));
  expect([response.status, response.headers.get('content-type'), await text(response)]).toEqual([
    503,
    'text/html',
    page('503 Service Temporarily Unavailable'),
  ]);
  expect(response.headers.get('x-amzn-remapped-server')).toBe('awselb/2.0');
});

test('a target that closes the connection before its response is 502 (AG-LIM-06)', async () => {
  const target = await startTarget((request) => request.socket.destroy());
  const response = await runLoadBalancer({}, [target]).send(backendRequest());
  expect([response.status, await text(response), response.headers.get('content-length')]).toEqual([
    502,
    page('502 Bad Gateway'),
    '122',
  ]);
  expect(target.inFlight).toBe(0);
});

test('a target that closes the connection during its response is 504 at the API (AG-LIM-05)', async () => {
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

test('a target that does not respond within the idle timeout is 504', async () => {
  const target = await startTarget(() => undefined);
  const balancer = { LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }] };
  const incoming = backendRequest();
  const response = await runLoadBalancer({ balancer }, [target]).send(incoming);
  expect([response.status, await text(response), response.headers.get('content-length')]).toEqual([
    504,
    page('504 Gateway Time-out'),
    '132',
  ]);
  expect(dataOf(incoming, 'target.timed-out')).toEqual({ targetPort: target.port, timeoutMs: 1_000 });
});

test('an injected delay exceeds the timeout of the integration (AG-LIM-04)', async () => {
  const { send, faults } = runLoadBalancer({}, [await named('a')]);
  faults.delayMs = 60_000;
  const { handle } = runRestApi({ backend: send, integration: { TimeoutInMillis: 50 } });
  const response = await handle(call('/live/api/a'));
  expect([response.status, await text(response)]).toEqual([504, '{"message": "Endpoint request timed out"}']);
  faults.reset();
  expect((await handle(call('/live/api/a'))).status).toBe(200);
});

test('records that the API is switched to down or failing', async () => {
  const { send, faults } = runLoadBalancer({}, [await named('a')]);
  const ask = async () => {
    const incoming = backendRequest();
    const { status } = await send(incoming);
    return [status, incoming.trace.hops.at(-1)];
  };
  faults.mode = 'down';
  expect(await ask()).toMatchObject([
    503,
    { event: 'target.none-healthy', data: { targetGroup: 'Group', forced: true } },
  ]);
  faults.mode = 'failing';
  expect(await ask()).toMatchObject([500, { event: 'container.failure-forced' }]);
});

test('the request to the target is aborted when the client goes away', async () => {
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

test('reuses connections to a target', async () => {
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

test('the target receives the client’s address and the port of the listener (AG-HD-05)', async () => {
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

test('drops invalid header names when the attribute is set', async () => {
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
])('a rule with %s matches as on AWS', async (_, condition, incoming, matches) => {
  const { send } = runLoadBalancer({ resources: { Rule: rule(1, [condition], fixed('by the rule')) } }, [
    await named('target'),
  ]);
  expect(await text(await send(backendRequest(...incoming)))).toBe(matches ? 'by the rule' : 'target');
});

test('a rule matches when all conditions do, and the lowest priority comes first', async () => {
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

test('a redirect keeps parts of the request', async () => {
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

test('chooses target groups by weight', async () => {
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

test('a target group with weight 0 needs no targets (EC-DE-01)', () => {
  const TargetGroups = [
    { TargetGroupArn: { Ref: 'Group' }, Weight: 100 },
    { TargetGroupArn: { Ref: 'Other' }, Weight: 0 },
  ];
  const { targetGroups } = readLoadBalancer({
    listener: { DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] },
    resources: OTHER,
  });
  expect(targetGroups.map(({ logicalId }) => logicalId)).toEqual(['Group']);
});

test('a port without a listener is unreachable (AG-LIM-05)', async () => {
  const { send } = runLoadBalancer({}, [await named('a')]);
  await expect(send(backendRequest('/', { port: 81 }))).rejects.toMatchObject({
    code: 'ERR_BACKEND_UNREACHABLE',
    reason: 'no-listener',
    place: 'Balancer:81',
  });
});

const NETWORK = { balancer: { Type: 'network' }, listener: { Protocol: 'TCP' }, group: { Protocol: 'TCP' } };

test('a network load balancer does not change requests (PI-01)', async () => {
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

test('a failure behind a network load balancer is a broken connection (AG-LIM-06)', async () => {
  await expect(runLoadBalancer(NETWORK, []).send(backendRequest())).rejects.toThrowError(
    BackendUnreachableError,
  );
  const unreachable = new Target(1, () => undefined);
  await expect(runLoadBalancer(NETWORK, [unreachable]).send(backendRequest())).rejects.toThrowError(
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
  [
    'another port',
    { group: { HealthCheckPort: '9000' } },
    'HealthCheckPort: 9000 is not the port that receives',
  ],
  ['UDP', { group: { Protocol: 'UDP' } }, 'UDP is not supported'],
  ['a gateway load balancer', { balancer: { Type: 'gateway' } }, 'a gateway load balancer is not supported'],
  ['an idle timeout', { balancer: attribute('idle_timeout.timeout_seconds', '0') }, 'must be 1 to 4000'],
  [
    'authentication',
    { listener: { DefaultActions: [{ Type: 'authenticate-oidc' }] } },
    'authenticate-oidc is not supported',
  ],
  [
    'a missing target group',
    { listener: { DefaultActions: [{ Type: 'forward', TargetGroupArn: 'gone' }] } },
    'gone is not a target group',
  ],
  [
    'stickiness',
    { group: { TargetGroupAttributes: [{ Key: 'stickiness.enabled', Value: 'true' }] } },
    'stickiness.enabled is not supported',
  ],
  [
    'an unknown property',
    { group: { Unknown: 1 } },
    'Group (AWS::ElasticLoadBalancingV2::TargetGroup) Unknown',
  ],
])('rejects a template with %s that is invalid or unsupported', (_, change, message) => {
  expect(() => readLoadBalancer(change)).toThrowError(message);
});

test('a health check may name the port that receives requests: of the container, or else of the target group', () => {
  const ofGroup = { group: { Port: 8080, HealthCheckPort: '8080' } };
  expect(readLoadBalancer(ofGroup).targetGroups).toHaveLength(1);
  const resources = {
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        LoadBalancers: [{ ContainerName: 'api', ContainerPort: 3000, TargetGroupArn: { Ref: 'Group' } }],
      },
    },
  };
  const ofContainer = { group: { Port: 80, HealthCheckPort: 3000 }, resources };
  expect(readLoadBalancer(ofContainer).targetGroups).toHaveLength(1);
  expect(() => readLoadBalancer({ ...ofGroup, resources })).toThrowError(
    'HealthCheckPort: 8080 is not the port that receives requests (3000)',
  );
});

test('a REST API finds its load balancer by ARN (PI-03)', async () => {
  const { handle } = runRestApi({
    backend: () => Promise.resolve(responseOf()),
    integration: { IntegrationTarget: LOAD_BALANCER },
  });
  expect((await handle(call('/live/api/a'))).status).toBe(200);
});
