import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN, invocationUri } from '../../../../test/functions';
import { dataOf, eventsOf, text } from '../../../../test/requests';
import { stackOf } from '../../../../test/stacks';
import { call, readRestApi, type RestApiChange, responseOf, runRestApi } from '../../../../test/rest-apis';
import { type Bucket, readBuckets } from '../../s3/model/bucket';
import { bucketServer } from '../../s3/pipeline/handler';

const JSON_TYPE: [string, string][] = [['Content-Type', 'application/json']];

/** A method with a custom integration, which responds with 200, 400 and 500. */
function custom(integration: object, change: RestApiChange = {}): RestApiChange {
  const ResponseParameters = {
    'method.response.header.X-Id': true,
    'method.response.header.Content-Type': true,
  };
  return {
    ...change,
    method: {
      RequestParameters: {
        'method.request.path.proxy': true,
        'method.request.querystring.q': false,
        'method.request.header.X-Name': false,
      },
      MethodResponses: ['200', '400', '500'].map((StatusCode) => ({ StatusCode, ResponseParameters })),
      ...change.method,
    },
    integration: { RequestParameters: {}, IntegrationResponses: [{ StatusCode: '200' }], ...integration },
  };
}

const LAMBDA = {
  Type: 'AWS',
  IntegrationHttpMethod: 'POST',
  Uri: invocationUri(),
  ConnectionType: 'INTERNET',
};

const post = (body: string, headers = JSON_TYPE) =>
  call('/live/api/a?q=1', { method: 'POST', body, headers });

test('a function receives what the request template makes, and its result is the response (AG-IN-08)', async () => {
  const { functions, calls } = fakeFunction(({ id }) => ({ found: id }));
  const template =
    '{"id":"$input.params(\'q\')","name":$input.json(\'$.name\'),"path":"$context.resourcePath"}';
  const { handle } = runRestApi(
    custom({ ...LAMBDA, RequestTemplates: { 'application/json': template } }, { functions }),
  );
  const response = await handle(post('{"name":"Ann"}'));
  expect(calls[0]?.event).toEqual({ id: '1', name: 'Ann', path: '/api/{proxy+}' });
  expect([response.status, response.headers.get('content-type'), await text(response)]).toEqual([
    200,
    'application/json',
    '{"found":"1"}',
  ]);
});

test.each([
  [{ key: 1 }, 200, '{"key":1}'],
  [new Error('[400] no name'), 400, '{"reason":"[400] no name"}'],
  [new Error('other'), 500, '{"errorType":"Error","errorMessage":"other"}'],
])(
  'the error message of a function chooses the response: %s is %i (AG-IN-02)',
  async (result, status, body) => {
    const { functions } = fakeFunction(() => {
      if (result instanceof Error) throw result;
      return result;
    });
    const IntegrationResponses = [
      { StatusCode: '200' },
      {
        StatusCode: '400',
        SelectionPattern: '[\\s\\S]*\\[400\\][\\s\\S]*',
        ResponseTemplates: { 'application/json': '{"reason":$input.json(\'$.errorMessage\')}' },
      },
      { StatusCode: '500', SelectionPattern: '(\\n|.)+' },
    ];
    const { handle } = runRestApi(custom({ ...LAMBDA, IntegrationResponses }, { functions }));
    const response = await handle(post('{}'));
    expect([response.status, await text(response)]).toEqual([status, body]);
  },
);

test.each([
  ['no response for it', [{ StatusCode: '400', SelectionPattern: 'x' }], 'integration.response-missing'],
  [
    'a pattern that takes too long',
    [{ StatusCode: '200', SelectionPattern: '(a+)+b' }],
    'integration.pattern-too-slow',
  ],
])('%s is an internal error (AG-IN-02)', async (_, IntegrationResponses, event) => {
  const { functions } = fakeFunction(() => {
    throw new Error('a'.repeat(40));
  });
  const { handle } = runRestApi(custom({ ...LAMBDA, IntegrationResponses }, { functions }));
  const request = post('{}');
  expect((await handle(request)).status).toBe(500);
  expect(eventsOf(request)).toContain(event);
});

test('an event that is not JSON is 400, and a request without a body calls with {} (AG-IN-08)', async () => {
  const { functions, calls } = fakeFunction(() => null);
  const { handle } = runRestApi(custom(LAMBDA, { functions }));
  const response = await handle(post('no JSON'));
  expect([response.status, await text(response)]).toEqual([
    400,
    expect.stringContaining('Could not parse request body into json'),
  ]);
  expect((await handle(call('/live/api/a'))).status).toBe(200);
  expect(calls.map(({ event }) => event)).toEqual([{}]);
});

test('X-Amz-Invocation-Type Event does not wait for the function (AG-IN-09)', async () => {
  const { functions, calls } = fakeFunction(() => new Promise(() => undefined));
  const RequestParameters = { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" };
  const { handle } = runRestApi(custom({ ...LAMBDA, RequestParameters }, { functions }));
  const response = await handle(post('{"a":1}'));
  expect([response.status, await text(response)]).toEqual([200, '']);
  expect(calls).toMatchObject([{ event: { a: 1 }, isAsynchronous: true }]);
});

test('a call with Event that Lambda rejects is 500 (AG-IN-09)', async () => {
  const { functions } = fakeFunction(() => {
    throw { kind: 'rejected', reason: 'denied' };
  });
  const RequestParameters = { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" };
  const { handle } = runRestApi(custom({ ...LAMBDA, RequestParameters }, { functions }));
  expect((await handle(post('{}'))).status).toBe(500);
});

const HTTP = { Type: 'HTTP', IntegrationHttpMethod: 'PUT' };

test('HTTP sends mapped parameters and headers only, and maps the response (AG-IN-04)', async () => {
  const integration = {
    ...HTTP,
    Uri: 'http://internal.example/things/{id}?fixed=1',
    RequestParameters: {
      'integration.request.path.id': 'method.request.body.thing.id',
      'integration.request.querystring.name': 'method.request.header.X-Name',
      'integration.request.header.X-Stage': 'context.stage',
    },
    IntegrationResponses: [
      {
        StatusCode: '400',
        SelectionPattern: '4\\d{2}',
        ResponseParameters: {
          'method.response.header.X-Id': 'integration.response.header.X-Request',
          'method.response.header.Content-Type': 'integration.response.header.Content-Type',
        },
        ResponseTemplates: { 'application/json': '<why>$input.path("$.why")</why>' },
      },
    ],
  };
  const backend = () =>
    Promise.resolve(
      responseOf(
        [
          ['X-Request', 'r1'],
          ['X-Other', 'o'],
          ['Content-Type', 'text/xml'],
        ],
        '{"why":"so"}',
        404,
      ),
    );
  const { handle, received } = runRestApi(custom(integration, { backend }));
  const headers: [string, string][] = [...JSON_TYPE, ['X-Name', 'Ann'], ['Cookie', 'c=1']];
  const request = post('{"thing":{"id":"a/b"}}', headers);
  const response = await handle(request);
  const [sent] = received;
  expect([sent?.method, sent?.target, sent?.body?.toString()]).toEqual([
    'PUT',
    '/things/a%2Fb?fixed=1&name=Ann',
    '{"thing":{"id":"a/b"}}',
  ]);
  expect(
    ['x-stage', 'cookie', 'x-name', 'content-type', 'accept'].map((name) => sent?.headers.get(name)),
  ).toEqual(['live', undefined, undefined, 'application/json', 'application/json']);
  expect([response.status, await text(response)]).toEqual([400, '<why>so</why>']);
  expect(['x-id', 'x-other', 'content-type'].map((name) => response.headers.get(name))).toEqual([
    'r1',
    undefined,
    'text/xml',
  ]);
  expect(dataOf(request, 'integration.response-mapped')).toEqual({
    selector: '404',
    pattern: '4\\d{2}',
    status: 400,
  });
});

test('a request template overrides headers, query and path (AG-MT-04)', async () => {
  const template = [
    '#set($context.requestOverride.header.X-Kind = "tea")',
    '#set($context.requestOverride.querystring.q = "a b")',
    '#set($context.requestOverride.path.id = "x/y")',
  ].join('');
  const integration = {
    ...HTTP,
    Uri: 'http://internal.example/{id}',
    RequestTemplates: { 'application/json': template },
  };
  const { handle, received } = runRestApi(custom(integration));
  await handle(post('{}'));
  expect([received[0]?.target, received[0]?.headers.get('x-kind')]).toEqual(['/x/y?q=a%20b', 'tea']);
});

test.each([
  ['WHEN_NO_MATCH', 'text/xml', 200, 'sent'],
  ['WHEN_NO_TEMPLATES', 'text/xml', 415, undefined],
  ['NEVER', 'text/xml', 415, undefined],
  ['NEVER', 'Application/JSON; charset=utf-8', 200, 'mapped'],
  ['NEVER', undefined, 200, 'mapped'],
])(
  'PassthroughBehavior %s answers a body of type %s with %i (AG-IN-01)',
  async (PassthroughBehavior, type, status, body) => {
    const integration = { ...HTTP, PassthroughBehavior, RequestTemplates: { 'application/json': 'mapped' } };
    const { handle, received } = runRestApi(custom(integration));
    expect((await handle(post('sent', type === undefined ? [] : [['Content-Type', type]]))).status).toBe(
      status,
    );
    expect(received[0]?.body?.toString()).toBe(body);
  },
);

const PNG = Buffer.from([0x89, 0x50, 0xff]);

test.each([
  ['image/png', undefined, undefined, PNG, PNG],
  ['image/png', 'CONVERT_TO_TEXT', 'CONVERT_TO_BINARY', Buffer.from(PNG.toString('base64')), PNG],
  ['text/plain', 'CONVERT_TO_BINARY', undefined, PNG, PNG],
])(
  'a body of type %s is converted by ContentHandling %s and %s (AG-IN-03)',
  async (type, ContentHandling, back, sent, returned) => {
    const integration = {
      ...HTTP,
      ContentHandling,
      IntegrationResponses: [{ StatusCode: '200', ContentHandling: back }],
    };
    const backend: RestApiChange['backend'] = ({ body }) =>
      Promise.resolve(responseOf([['Content-Type', back === undefined ? 'image/png' : 'text/plain']], body));
    const { handle, received } = runRestApi(
      custom(integration, { api: { BinaryMediaTypes: ['image/png'] }, backend }),
    );
    const body = type === 'image/png' ? PNG : PNG.toString('base64');
    const headers: [string, string][] = [
      ['Content-Type', type],
      ['Accept', 'image/png'],
    ];
    const response = await handle(call('/live/api/a', { method: 'POST', body, headers }));
    expect([received[0]?.body, response.body]).toEqual([sent, returned]);
  },
);

/** A server that receives requests in place of an AWS service. */
async function serve(status: number, body: string) {
  const received: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((content) => {
      received.push({ request, body: content });
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' }).end(body);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), received };
}

const service = (uri: string, integration: object = {}) => ({
  Type: 'AWS',
  IntegrationHttpMethod: 'POST',
  Uri: `arn:aws:apigateway:eu-west-1:${uri}`,
  Credentials: 'arn:aws:iam::000000000000:role/r',
  ConnectionType: 'INTERNET',
  ...integration,
});

test('an action of DynamoDB is a call of the local tables (AG-IN-06)', async () => {
  const { url, received } = await serve(200, '{"Item":{"id":{"S":"1"}}}');
  const integration = service('dynamodb:action/GetItem', {
    RequestTemplates: {
      'application/json': '{"TableName":"things","Key":{"id":{"S":"$input.params(\'q\')"}}}',
    },
    IntegrationResponses: [
      {
        StatusCode: '200',
        ResponseTemplates: { 'application/json': '{"id":"$input.path(\'$.Item.id.S\')"}' },
      },
    ],
  });
  const { handle } = runRestApi(custom(integration, { services: { dynamoDb: () => url.href } }));
  expect(await text(await handle(call('/live/api/a?q=1')))).toBe('{"id":"1"}');
  expect([received[0]?.request.headers['x-amz-target'], received[0]?.body]).toEqual([
    'DynamoDB_20120810.GetItem',
    '{"TableName":"things","Key":{"id":{"S":"1"}}}',
  ]);
});

test.each([
  ['sqs:path/000000000000/q', 'https://sqs.eu-west-1.amazonaws.com', '/000000000000/q', undefined],
  ['sns:action/Publish', 'https://sns.eu-west-1.amazonaws.com', '/?Action=Publish', undefined],
  [
    'states:action/StartExecution',
    'https://states.eu-west-1.amazonaws.com',
    '/',
    'AWSStepFunctions.StartExecution',
  ],
])('a stand-in answers for %s (AG-IN-05)', async (uri, origin, target, header) => {
  const { url, received } = await serve(200, '{}');
  const { handle } = runRestApi(custom(service(uri), { standIns: new Map([[origin, url]]) }));
  expect((await handle(post('{}'))).status).toBe(200);
  const [{ request } = { request: undefined }] = received;
  expect([request?.url, request?.headers['x-amz-target']]).toEqual([target, header]);
});

test.each([
  [
    service('sqs:path/000000000000/q'),
    '--stand-in https://sqs.eu-west-1.amazonaws.com=http://localhost:8080',
  ],
  [
    service('s3:path/files/{key}', { IntegrationHttpMethod: 'POST' }),
    'Buckets of this machine support GET, HEAD, PUT and DELETE, not POST',
  ],
  [service('s3:action/GetObject'), 'Actions of S3 do not run on this machine; paths do'],
  [service('sqs:path/000000000000/q', { Credentials: undefined }), 'Integration.Credentials: is required'],
  [
    {
      ...HTTP,
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseParameters: { 'method.response.header.X-Id': 'method.request.header.X-Name' },
        },
      ],
    },
    'neither a literal in single quotes nor integration.response.header.<name>',
  ],
  [
    { ...HTTP, IntegrationResponses: [{ StatusCode: '200', SelectionPattern: '(' }] },
    'must be a regular expression',
  ],
])('%j is refused by name at the start (AG-IN-05)', (integration, message) => {
  expect(() => runRestApi(custom(integration))).toThrowError(message);
});

test('a custom integration may name a function only with a version that stages set', () => {
  expect(
    readRestApi(custom({ ...LAMBDA, Uri: invocationUri(`${FUNCTION_ARN}:live`) })).root.children,
  ).toHaveLength(1);
});

/** A method that stores, reads and deletes the object of its path. */
function objectsApi(change: Partial<Bucket> = {}) {
  const [bucket] = readBuckets(
    stackOf({ Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } } }),
  );
  if (!bucket) throw new Error('no bucket');
  const host = 'files.s3.eu-west-1.amazonaws.com';
  const parameters = {
    'integration.request.path.key': 'method.request.path.proxy',
    'integration.request.header.Content-Type': 'method.request.header.Content-Type',
    'integration.request.header.If-None-Match': 'method.request.header.If-None-Match',
    'integration.request.header.x-amz-meta-note': "'n'",
  };
  const statuses = ['200', '204', '403', '404', '412', '501'];
  const IntegrationResponses = statuses.map((StatusCode) => ({ StatusCode, SelectionPattern: StatusCode }));
  const integration = service('s3:path/files/{key}', {
    IntegrationHttpMethod: 'ANY',
    RequestParameters: parameters,
    IntegrationResponses,
  });
  const api = runRestApi(
    custom(integration, {
      method: {
        RequestParameters: {
          'method.request.path.proxy': true,
          'method.request.header.Content-Type': false,
          'method.request.header.If-None-Match': false,
        },
        MethodResponses: statuses.map((StatusCode) => ({ StatusCode })),
      },
      services: { hosts: new Map([[host, bucketServer({ ...bucket, ...change }, host)]]) },
    }),
  );
  const send = async (method: string, path: string, body?: string, headers: [string, string][] = []) => {
    const request = call(path, {
      method,
      headers: [['Content-Type', 'application/json'], ...headers],
      ...(body !== undefined && { body }),
    });
    const response = await api.handle(request);
    return { status: response.status, text: await text(response), request };
  };
  return { send, objects: bucket.objects };
}

test('a path of S3 stores and deletes an object of a local bucket (AG-IN-07)', async () => {
  const { send, objects } = objectsApi();
  expect((await send('PUT', '/live/api/a%20b', '{"a":1}')).status).toBe(200);
  const stored = objects.get('a b');
  expect([String(stored?.body), stored?.contentType, stored?.metadata]).toEqual([
    '{"a":1}',
    'application/json',
    [['x-amz-meta-note', 'n']],
  ]);
  expect(await send('GET', '/live/api/a%20b')).toMatchObject({ status: 200, text: '{"a":1}' });
  expect((await send('PUT', '/live/api/a%20b', '2', [['If-None-Match', '*']])).status).toBe(412);
  expect((await send('DELETE', '/live/api/a%20b')).status).toBe(204);
  expect(objects.size).toBe(0);
  expect((await send('DELETE', '/live/api/a%20b')).status).toBe(204);
});

test('a write that the bucket policy denies is 403 (AG-IN-07)', async () => {
  const policy = [
    {
      Effect: 'Deny' as const,
      Principal: [{ type: '*', names: ['*'] }],
      Action: ['s3:PutObject'],
      Resource: ['arn:aws:s3:::files/*'],
      Condition: {},
    },
  ];
  const { send, objects } = objectsApi({ policy });
  expect((await send('PUT', '/live/api/a', '1')).status).toBe(403);
  expect(objects.size).toBe(0);
});

test('a write to a bucket that a deployment fills is 501, with the reason (AG-IN-07)', async () => {
  const { send, objects } = objectsApi({ filledBy: 'bucket deployment Site' });
  const { status, text: answer, request } = await send('PUT', '/live/api/a', '1');
  expect([status, objects.size]).toEqual([501, 0]);
  expect(answer).toContain('bucket deployment Site fills it');
  expect(eventsOf(request)).toContain('write.read-only');
});
