import { expect, test, vi } from 'vitest';
import { decidingHop, explain } from '../src/explain/explanations';
import { smallTemplate } from './assembly';
import { dataOf } from './requests';
import { optionsFor, start } from './running';

/** An API that responds with its process id and the request, and that crashes on request. */
const SERVER = `
  import { createServer } from 'node:http';
  createServer((request, response) => {
    if (request.url === '/api/crash') process.exit(1);
    if (request.url === '/api/half') {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half', () => process.exit(1));
      return;
    }
    let size = 0;
    request.on('data', (chunk) => (size += chunk.length));
    request.on('end', () => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ pid: process.pid, size, url: request.url, headers: request.headers }));
    });
  }).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

interface Answer {
  readonly pid: number;
  readonly size: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function run(change: (template: ReturnType<typeof smallTemplate>) => void = () => undefined) {
  const template = smallTemplate();
  change(template);
  const cloud = await start(await optionsFor(template, {}, SERVER));
  const ask = async (path: string, init?: RequestInit): Promise<Answer> =>
    (await (await fetch(`${cloud.state.url}${path}`, init)).json()) as Answer;
  return { cloud, ask };
}

test('CloudFront, API Gateway and the load balancer each add their headers (AG-HD-02, AG-HD-05, AG-PX-03)', async () => {
  const { ask, cloud } = await run();
  const { url, headers } = await ask('/api/things/1?b=2&b=3', {
    headers: { 'X-Forwarded-For': '203.0.113.9' },
  });
  expect(url).toBe('/api/things/1?b=2&b=3');
  expect(headers).toMatchObject({
    host: expect.stringMatching(/^internal-/),
    'x-forwarded-for': '203.0.113.9, 127.0.0.1, 127.0.0.1, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
    'x-amzn-apigateway-api-id': expect.stringMatching(/^\w{10}$/),
    'x-amzn-trace-id': expect.stringMatching(/^Self=1-[\w-]+;Root=1-[\w-]+$/),
  });
  const trace = { trace: { hops: cloud.requests.at(-1)?.hops ?? [] } };
  expect(dataOf(trace, 'route.matched')).toEqual({
    stage: 'live',
    requestMethod: 'GET',
    method: 'ANY',
    resourcePath: '/api/{proxy+}',
    pathParameters: { proxy: 'things/1' },
  });
  expect(dataOf(trace, 'integration.called')).toEqual({
    method: 'GET',
    host: expect.stringMatching(/^internal-/),
    path: '/api/things/1',
  });
  expect(dataOf(trace, 'request.forwarded')).toMatchObject({
    listenerPort: 80,
    targetGroup: 'Targets',
    availableTargets: 1,
  });
  expect(dataOf(trace, 'container.responded')).toEqual({ status: 200 });
}, 20_000);

test('a body over 10 MB is 413 through CloudFront too, and later requests succeed (AG-LIM-01)', async () => {
  const { ask, cloud } = await run((template) => {
    const config = template.Resources['Site']?.Properties?.['DistributionConfig'] as {
      CacheBehaviors: object[];
    };
    Object.assign(config.CacheBehaviors[0] ?? {}, {
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    });
  });
  const body = Buffer.alloc(10_485_760, 'x');
  const tooLong = await fetch(`${cloud.state.url}/api/a`, {
    method: 'POST',
    body: Buffer.concat([body, Buffer.from('x')]),
  });
  expect([tooLong.status, await tooLong.text()]).toEqual([413, '{"message":"Request Too Long"}']);
  expect((await ask('/api/a', { method: 'POST', body })).size).toBe(body.length);
}, 20_000);

test('the load balancer chooses two tasks round robin', async () => {
  const { ask } = await run(({ Resources }) =>
    Object.assign(Resources['Service']?.Properties ?? {}, { DesiredCount: 2 }),
  );
  const pids = [(await ask('/api/a')).pid, (await ask('/api/a')).pid, (await ask('/api/a')).pid];
  expect(new Set(pids).size).toBe(2);
  expect(pids[2]).toBe(pids[0]);
}, 20_000);

test('an API that crashes before or during its response is an error, and restarts (AG-LIM-05, AG-LIM-06)', async () => {
  const { ask, cloud } = await run();
  const first = await ask('/api/a');
  expect((await fetch(`${cloud.state.url}/api/crash`)).status).toBe(502);
  const second = await vi.waitFor(() => ask('/api/a'), { timeout: 10_000 });
  expect(second.pid).not.toBe(first.pid);
  const half = await fetch(`${cloud.state.url}/api/half`);
  expect([half.status, await half.text()]).toEqual([
    504,
    '{"message": "Network error communicating with endpoint"}',
  ]);
  await vi.waitFor(() => ask('/api/a'), { timeout: 10_000 });
}, 30_000);

test('an origin request policy that forwards the viewer’s Host is 403 at the API (AG-RT-08)', async () => {
  const { cloud } = await run(({ Resources }) => {
    const config = Resources['Site']?.Properties?.['DistributionConfig'] as { CacheBehaviors: object[] };
    Object.assign(config.CacheBehaviors[0] ?? {}, {
      OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
    });
  });
  const response = await fetch(`${cloud.state.url}/api/a`);
  expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
  expect((await fetch(`${cloud.state.apiEndpoint}/api/a`)).status).toBe(200);
}, 20_000);

test('a 401 is explained by the authorizer, whatever words its path contains (AG-AU-01)', async () => {
  const { cloud } = await run(({ Resources }) => {
    Object.assign(Resources['Method']?.Properties ?? {}, {
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId: { Ref: 'Authorizer' },
    });
    Resources['Authorizer'] = {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        RestApiId: { Ref: 'Api' },
        Name: 'pool',
        Type: 'COGNITO_USER_POOLS',
        ProviderARNs: [{ 'Fn::GetAtt': ['Pool', 'Arn'] }],
      },
    };
  });
  for (const path of ['/api/failed-jobs', '/api/expired-items', '/api/missing']) {
    expect((await fetch(`${cloud.state.url}${path}`)).status).toBe(401);
    const request = cloud.requests.at(-1);
    if (!request) throw new Error('not recorded');
    expect(decidingHop(request)?.event).toBe('authorizer.token-missing');
    expect(explain(request)?.id).toBe('no-token');
  }
}, 20_000);

test('an API with a resource policy on a secret Referer only accepts requests of CloudFront (AG-PX-09)', async () => {
  const secret = { 'Fn::Sub': '{{resolve:secretsmanager:${OriginSecret}:SecretString:::}}' };
  const { ask, cloud } = await run(({ Resources }) => {
    const resources = Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>;
    resources['OriginSecret'] = {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } },
    };
    const Statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      Condition: { StringEquals: { 'aws:Referer': secret } },
    };
    Object.assign(resources['Api']?.Properties ?? {}, { Policy: { Version: '2012-10-17', Statement } });
    const { Origins } = resources['Site']?.Properties['DistributionConfig'] as { Origins: object[] };
    Object.assign(Origins.at(-1) ?? {}, {
      OriginCustomHeaders: [{ HeaderName: 'Referer', HeaderValue: secret }],
    });
  });
  const { headers } = await ask('/api/things', { headers: { Referer: 'https://elsewhere.example/' } });
  expect(headers['referer']).toMatch(/^[a-zA-Z\d]{64}$/);
  for (const Referer of ['', cloud.state.url, String(headers['referer']).slice(1)]) {
    const direct = await fetch(`${cloud.state.apiEndpoint}/api/things`, {
      headers: Referer ? { Referer } : {},
    });
    expect(direct.status).toBe(403);
    expect(await direct.text()).toMatch(
      /^\{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke/,
    );
  }
});
