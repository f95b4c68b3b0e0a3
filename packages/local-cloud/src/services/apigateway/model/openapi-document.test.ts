import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { optionsOf, start } from '../../../../test/running';
import { stackOf } from '../../../../test/stacks';
import { inspect } from '../../../cli/inspect';
import { openDocuments } from './openapi-document';

const HELLO = 'arn:aws:lambda:us-east-1:000000000000:function:hello';

const documentOf = (greeting: string) => `
openapi: 3.0.1
paths:
  /fixed:
    get:
      responses: { 200: { description: OK } }
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
        responses:
          default: { statusCode: 200, responseTemplates: { application/json: ${greeting} } }
  /hello:
    get:
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${HELLO}/invocations
`;

const templateOf = (location: unknown, more: object = {}) => ({
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { BodyS3Location: location, ...more } },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
    Live: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'live' },
    },
    Hello: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'hello',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: "exports.handler = async () => ({ statusCode: 200, body: 'from Lambda' })" },
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Hello' },
        Principal: 'apigateway.amazonaws.com',
      },
    },
  },
});

/** Writes a template and a document beside it; returns the directory and the options to run them. */
async function write(template: object, document: string, ...flags: string[]) {
  const directory = await mkdtemp(path.join(tmpdir(), 'documents-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(path.join(directory, 'app.json'), JSON.stringify(template));
  await writeFile(path.join(directory, 'openapi.yaml'), document);
  const all = flags.map((flag) => flag.replace('DIRECTORY', directory));
  const app = path.join(directory, 'app.json');
  return {
    directory,
    options: optionsOf('--template', app, '--state-file', path.join(directory, 'state.json'), ...all),
  };
}

test('a document that BodyS3Location names by its path runs, with its function, and a change of it is applied (AG-OA-01)', async () => {
  const { directory, options } = await write(templateOf('./openapi.yaml'), documentOf('one'));
  const { state, logged } = await start(options);
  const get = async (target: string) => (await fetch(`${state.apiEndpoint ?? ''}${target}`)).text();
  expect([await get('/fixed'), await get('/hello')]).toEqual(['one', 'from Lambda']);
  await writeFile(path.join(directory, 'openapi.yaml'), documentOf('two'));
  await vi.waitFor(() => expect(logged.at(-1)).toBe('the template changed: changed openapi.yaml'), {
    timeout: 15_000,
    interval: 50,
  });
  expect(await get('/fixed')).toBe('two');
}, 30_000);

test('a document that is an asset of the assembly is the body (AG-OA-01)', async () => {
  const { directory } = await write({}, documentOf('one'));
  const file = path.join(directory, 'openapi.yaml');
  const location = { Bucket: 'assets', Key: 'hash.yaml' };
  const stack = stackOf(templateOf(location).Resources);
  const files = new Map([['hash.yaml', { path: file, packaging: 'file' as const }]]);
  const opened = await openDocuments(stack, [{ files }], { buckets: new Map() });
  expect([...opened.keys()]).toEqual([file]);
  expect(stack.resources.get('Api')?.properties).toMatchObject({ Body: { openapi: '3.0.1' } });
});

test('a document that AWS::Include inserts into Body can use functions, and a change of it is applied (CN-IN-01, AG-OA-01)', async () => {
  const template = templateOf(undefined, {
    Body: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 'openapi.yaml' } } },
  });
  const { directory, options } = await write(template, documentOf("{ 'Fn::Sub': '${AWS::Region}' }"));
  const { state, logged } = await start(options);
  const get = async () => (await fetch(`${state.apiEndpoint ?? ''}/fixed`)).text();
  expect(await get()).toBe('us-east-1');
  await writeFile(path.join(directory, 'openapi.yaml'), documentOf('two'));
  await vi.waitFor(() => expect(logged.at(-1)).toBe('the template changed: changed Api'), {
    timeout: 15_000,
    interval: 50,
  });
  expect(await get()).toBe('two');
}, 30_000);

test('a document in a bucket runs from the directory that --bucket names (AG-OA-01)', async () => {
  const template = templateOf({ Bucket: 'apis', Key: 'openapi.yaml' });
  const { options } = await write(template, documentOf('one'), '--bucket', 'apis=DIRECTORY');
  const { state } = await start(options);
  expect(await (await fetch(`${state.apiEndpoint ?? ''}/fixed`)).text()).toBe('one');
});

interface Refused {
  readonly template: object;
  readonly document?: string;
}

test.each<[Refused, message: string, flags: string[]]>([
  [
    { template: templateOf({ Bucket: 'apis', Key: 'openapi.yaml' }) },
    'Name a directory with the file openapi.yaml: --bucket apis=./directory',
    ['--bucket apis=./directory'],
  ],
  [{ template: templateOf('./absent.yaml') }, 'absent.yaml does not exist', []],
  [
    { template: templateOf('./openapi.yaml', { Body: {} }) },
    'names a document, and Body is one. Remove one of them',
    [],
  ],
  [
    { template: templateOf('./openapi.yaml'), document: 'info: { title: !Sub "${AWS::StackName}" }' },
    'openapi.yaml has Fn::Sub, but CloudFormation resolves functions only in a template',
    [],
  ],
  [{ template: templateOf('./openapi.yaml'), document: 'a: [' }, 'openapi.yaml: line 1, column 5', []],
])(
  'refuses by name a document that cannot be read: %#',
  async ({ template, document = '' }, message, flags) => {
    const { options } = await write(template, document);
    const inspection = await inspect(options);
    expect(inspection.problems).toEqual([expect.stringContaining(message)]);
    expect(inspection.flags).toEqual(flags);
    await expect(start(options)).rejects.toThrow(message);
  },
);
