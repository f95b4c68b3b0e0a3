import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { zipSync } from 'fflate';
import { expect, onTestFinished, test, vi } from 'vitest';
import { optionsOf, type Running, start } from '../../../test/running';

const ECHO =
  'exports.handler = async (event) => ({ statusCode: 200, body: process.env.GREETING ?? "none" });';

interface Change {
  /** Replaces properties of the function. */
  readonly function?: object;
  /** Added or replaced resources. */
  readonly resources?: object;
  readonly uri?: string;
  /** Properties of the permission; `undefined`: there is none. */
  readonly permission?: object | undefined;
}

/** A template with `GET /hello` and its function. */
function templateOf({ function: properties, resources, uri = '${Fn.Arn}', ...rest }: Change): object {
  const permission = 'permission' in rest ? rest.permission : {};
  return {
    Resources: {
      Fn: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::000000000000:role/x',
          Code: { ZipFile: ECHO },
          ...properties,
        },
      },
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
      Hello: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
          PathPart: 'hello',
        },
      },
      Get: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ResourceId: { Ref: 'Hello' },
          HttpMethod: 'GET',
          AuthorizationType: 'NONE',
          Integration: {
            Type: 'AWS_PROXY',
            IntegrationHttpMethod: 'POST',
            Uri: {
              'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${uri}/invocations`,
            },
          },
        },
      },
      ...(permission && {
        Permission: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            Action: 'lambda:InvokeFunction',
            FunctionName: { Ref: 'Fn' },
            Principal: 'apigateway.amazonaws.com',
            ...permission,
          },
        },
      }),
      Deployment: {
        Type: 'AWS::ApiGateway::Deployment',
        DependsOn: ['Get'],
        Properties: { RestApiId: { Ref: 'Api' }, StageName: 'dev' },
      },
      ...resources,
    },
  };
}

async function run(change: Change, ...flags: string[]): Promise<Running> {
  const directory = await mkdtemp(path.join(tmpdir(), 'lambda-'));
  const file = path.join(directory, 'app.json');
  await writeFile(file, JSON.stringify(templateOf(change)));
  return start(optionsOf('--template', file, '--state-file', path.join(directory, 'state.json'), ...flags));
}

async function answer({ state }: Running): Promise<[number, string]> {
  const response = await fetch(`${state.apiEndpoint}/hello`);
  return [response.status, await response.text()];
}

const DENIED: [number, string] = [500, '{"message": "Internal server error"}'];

test.each<[string, object | undefined, boolean]>([
  ['none', undefined, false],
  ['one without a source', {}, true],
  [
    'one for the method',
    { SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/hello' } },
    true,
  ],
  [
    'one for another method',
    { SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/POST/hello' } },
    false,
  ],
  ['one for another service', { Principal: 'events.amazonaws.com' }, false],
  ['one for another action', { Action: 'lambda:GetFunction' }, false],
  ['one for another account', { SourceAccount: '111111111111' }, false],
  ['one by the ARN of the function', { FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] } }, true],
])('API Gateway needs a permission to invoke: %s (LA-PE-01)', async (_, permission, isAllowed) => {
  const cloud = await run({ permission });
  expect(await answer(cloud)).toEqual(isAllowed ? [200, 'none'] : DENIED);
  const events = cloud.requests[0]?.hops.map(({ event }) => event);
  expect(events?.includes('invocation.denied')).toBe(!isAllowed);
});

const ALIAS = {
  Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Fn' } } },
  Live: {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      Name: 'live',
      FunctionName: { Ref: 'Fn' },
      FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
    },
  },
};

test('an alias needs a permission of its own (LA-PE-02)', async () => {
  const permission = { FunctionName: { Ref: 'Live' } };
  expect(await answer(await run({ resources: ALIAS, uri: '${Live}', permission }))).toEqual([200, 'none']);
  expect(await answer(await run({ resources: ALIAS, uri: '${Live}' }))).toEqual(DENIED);
  expect(await answer(await run({ resources: ALIAS, permission }))).toEqual(DENIED);
});

test('variables of a function are resolved, and AWS URLs in them are local (LA-RT-01)', async () => {
  const GREETING = { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/dev' };
  const cloud = await run({ function: { Environment: { Variables: { GREETING } } } });
  expect(await answer(cloud)).toEqual([200, cloud.state.apiEndpoint]);
});

/** Starts a server like a container of an AWS base image. */
async function startStandIn(respond: (event: string) => string): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const server = createServer((request, response) => {
    targets.push(`${request.method ?? ''} ${request.url ?? ''}`);
    void text(request).then((event) => response.end(respond(event)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

test.each([
  ['Python', { Runtime: 'python3.13' }],
  [
    'a container image',
    { PackageType: 'Image', Code: { ImageUri: 'x' }, Runtime: undefined, Handler: undefined },
  ],
])('a local server replaces a function of %s (LA-RT-09)', async (_, properties) => {
  const { url, targets } = await startStandIn((event) =>
    JSON.stringify({ statusCode: 202, body: (JSON.parse(event) as { path: string }).path }),
  );
  const cloud = await run({ function: properties }, '--stand-in', `Fn=${url}`);
  expect(await answer(cloud)).toEqual([202, '/hello']);
  expect(targets).toEqual(['POST /2015-03-31/functions/function/invocations']);
});

test.each([
  'arn:aws:lambda:us-east-1:111111111111:function:my-other_function',
  'arn:aws:lambda:us-east-1:111111111111:function:my-other_function:live',
])('a local server replaces a function outside of the templates: %s (LA-RT-11)', async (uri) => {
  const { url, targets } = await startStandIn(() => JSON.stringify({ statusCode: 202, body: 'outside' }));
  const cloud = await run({ uri, permission: undefined }, '--stand-in', `my-other_function=${url}`);
  expect(await answer(cloud)).toEqual([202, 'outside']);
  expect(targets).toEqual(['POST /2015-03-31/functions/function/invocations']);
});

test('an error of a local server is an error of the function (LA-RT-09)', async () => {
  const { url } = await startStandIn(() =>
    JSON.stringify({ errorType: 'Error', errorMessage: 'x', statusCode: 200 }),
  );
  const cloud = await run({ function: { Runtime: 'python3.13' } }, '--stand-in', `Fn=${url}`);
  expect((await answer(cloud))[0]).toBe(502);
  const gone = await run({ function: { Runtime: 'python3.13' } }, '--stand-in', 'Fn=http://127.0.0.1:9');
  expect((await answer(gone))[0]).toBe(500);
});

test.each<[string, Change, string[], string]>([
  [
    'another runtime',
    { function: { Runtime: 'python3.13' } },
    [],
    'Fn (AWS::Lambda::Function) Runtime: python3.13 is not run: only Node.js is. Name a local server that replaces the function: --stand-in Fn=http://localhost:9000',
  ],
  [
    'an image',
    { function: { PackageType: 'Image', Code: { ImageUri: 'x' } } },
    [],
    'Code.ImageUri: container images are not run',
  ],
  [
    'code that is elsewhere',
    { function: { Code: { S3Bucket: 'b', S3Key: 'k.zip' } } },
    [],
    'Code: s3://b/k.zip is not on this machine. Name a directory with the file k.zip: --bucket b=./directory, or name a local server that replaces the function: --stand-in Fn=http://localhost:9000',
  ],
  [
    'code that is not in the named directory',
    { function: { Code: { S3Bucket: 'b', S3Key: 'k.zip' } } },
    ['--bucket', 'b=./gone'],
    '/gone/k.zip does not exist. Put the object s3://b/k.zip there, or name a local server that replaces the function: --stand-in Fn=http://localhost:9000',
  ],
  ['code that was not built', { function: { Code: './missing' } }, [], '/missing does not exist. Build it.'],
  [
    'a function of another stack',
    { uri: 'arn:aws:lambda:us-east-1:111111111111:function:other' },
    [],
    'arn:aws:lambda:us-east-1:111111111111:function:other is not a function, version or alias of these templates. Add its template with --template, or name a local server that replaces the function: --stand-in other=http://localhost:9000',
  ],
  [
    'a stand-in for nothing',
    {},
    ['--stand-in', 'Gone=http://localhost:1'],
    '--stand-in Gone: the templates have no resource Gone, and call no function of this name.',
  ],
  ['a timeout above the limit', { function: { Timeout: 901 } }, [], 'Timeout: must be 1 to 900 s'],
  ['no handler', { function: { Handler: undefined } }, [], 'Handler: is required'],
])('refuses %s (LA-RT-09)', async (_, change, flags, message) => {
  await expect(run(change, ...flags)).rejects.toThrowError(message);
});

test('code in a bucket of the deployment is read from the directory of --bucket (LA-RT-04)', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'packages-'));
  await writeFile(path.join(directory, 'k.zip'), zipSync({ 'index.js': new TextEncoder().encode(ECHO) }));
  const change = { function: { Code: { S3Bucket: 'deployments', S3Key: 'k.zip' } } };
  expect(await answer(await run(change, '--bucket', `deployments=${directory}`))).toEqual([200, 'none']);
});

test.each([
  ['a directory', 'zip', { 'index.js': ECHO }],
  ['a zip file', 'file', undefined],
])('%s of a cloud assembly is the code of a function (LA-RT-04)', async (_, packaging, files) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'assembly-'));
  const write = (name: string, content: unknown): Promise<void> =>
    writeFile(path.join(directory, name), JSON.stringify(content));
  const source = { path: files ? 'asset.1' : 'asset.1.zip', packaging };
  if (files) {
    await mkdir(path.join(directory, 'asset.1'));
    await writeFile(path.join(directory, 'asset.1/index.js'), files['index.js']);
  } else {
    const zip = zipSync({ 'index.js': new TextEncoder().encode(ECHO) });
    await writeFile(path.join(directory, 'asset.1.zip'), zip);
  }
  const code = {
    S3Bucket: { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
    S3Key: '1.zip',
  };
  await write('app.template.json', templateOf({ function: { Code: code } }));
  await write('app.assets.json', {
    files: { 1: { source, destinations: { here: { objectKey: '1.zip' } } } },
  });
  await write('manifest.json', {
    artifacts: {
      'app.assets': { type: 'cdk:asset-manifest', properties: { file: 'app.assets.json' } },
      app: { type: 'aws:cloudformation:stack', properties: { templateFile: 'app.template.json' } },
    },
  });
  const stateFile = path.join(directory, 'state.json');
  expect(await answer(await start(optionsOf('--assembly', directory, '--state-file', stateFile)))).toEqual([
    200,
    'none',
  ]);
});

test('--function-dir replaces the code of a function, and its changes are applied', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'function-'));
  const write = (body: string): Promise<void> =>
    writeFile(
      path.join(directory, 'index.js'),
      `export const handler = async () => ({ statusCode: 200, body: "${body}" });`,
    );
  await write('first');
  const cloud = await run({ function: { Runtime: 'nodejs24.x' } }, '--function-dir', directory);
  expect(await answer(cloud)).toEqual([200, 'first']);
  await write('second');
  await vi.waitFor(async () => expect(await answer(cloud)).toEqual([200, 'second']), {
    timeout: 30_000,
    interval: 200,
  });
});

test('--function-dir does not replace a function whose handler is not in it', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'function-'));
  expect(await answer(await run({}, '--function-dir', directory))).toEqual([200, 'none']);
});

test('a function that nothing calls is not run, whatever its runtime', async () => {
  const { notRun } = await run({
    resources: {
      Custom: {
        Type: 'AWS::Lambda::Function',
        Properties: { Runtime: 'python3.13', Handler: 'x.y', Code: { ZipFile: '' } },
      },
    },
  });
  expect(notRun.get('AWS::Lambda::Function')).toBe(1);
});

/** A function URL that streams, without `AWS_IAM`. */
function streamingTemplate(code: string): object {
  const Fn = { Ref: 'Fn' };
  return {
    Resources: {
      Fn: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::000000000000:role/x',
          Timeout: 20,
          Code: { ZipFile: code },
        },
      },
      Url: {
        Type: 'AWS::Lambda::Url',
        Properties: { TargetFunctionArn: Fn, AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' },
      },
      ...Object.fromEntries(
        ['InvokeFunctionUrl', 'InvokeFunction'].map((action) => [
          action,
          {
            Type: 'AWS::Lambda::Permission',
            Properties: { Action: `lambda:${action}`, FunctionName: Fn, Principal: '*' },
          },
        ]),
      ),
    },
  };
}

async function startTemplate(template: object): Promise<Running> {
  const directory = await mkdtemp(path.join(tmpdir(), 'streaming-'));
  const file = path.join(directory, 'app.json');
  await writeFile(file, JSON.stringify(template));
  return start(optionsOf('--template', file, '--state-file', path.join(directory, 'state.json')));
}

test('a function URL streams status, headers, cookies, and content as it is written (LA-UR-07)', async () => {
  const { furtherUrls } = await startTemplate(
    streamingTemplate(`
      let finish;
      exports.handler = awslambda.streamifyResponse(async ({ rawPath }, stream) => {
        if (rawPath === '/plain') return stream.end('plain');
        if (rawPath === '/fails') throw new Error('no');
        const metadata = { statusCode: 201, headers: { 'Content-Type': 'text/event-stream' }, cookies: ['a=1'] };
        const response = awslambda.HttpResponseStream.from(stream, metadata);
        response.write('data: 1\\n\\n');
        await new Promise((resolve) => setTimeout(resolve, 1000));
        response.end('data: 2\\n\\n');
      });`),
  );
  const url = furtherUrls.get('Url') ?? '';
  const response = await fetch(`${url}/events`);
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('set-cookie')).toBe('a=1');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const chunks: unknown[] = [];
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
    chunks.push(part.value);
  expect(chunks).toEqual(['data: 1\n\n', 'data: 2\n\n']);

  const plain = await fetch(`${url}/plain`);
  expect([plain.status, plain.headers.get('content-type'), await plain.text()]).toEqual([
    200,
    'application/octet-stream',
    'plain',
  ]);
  expect((await fetch(`${url}/fails`)).status).toBe(502);
}, 30_000);

test('with RESPONSE_STREAM, what an ordinary handler returns is the content (LA-UR-07)', async () => {
  const { furtherUrls } = await startTemplate(
    streamingTemplate('exports.handler = async () => ({ statusCode: 404 })'),
  );
  const response = await fetch(furtherUrls.get('Url') ?? '');
  expect([response.status, await response.text()]).toEqual([200, '{"statusCode":404}']);
}, 30_000);
