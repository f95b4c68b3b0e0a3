import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { optionsOf, type Running, start } from '../../../../test/running';
import { describeRequest } from '../../../cli/describe-request';

/** A function behind a URL that calls another one, whose name is in its environment. */
const TEMPLATE = `
Resources:
  Front:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/x
      Timeout: 20
      Environment: { Variables: { WORKER: !Ref Worker, LIMITED: !GetAtt Limited.Arn, WRITER: !Ref Writer } }
      Code:
        ZipFile: |
          const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');
          const client = new LambdaClient();
          exports.handler = async ({ rawPath }) => {
            if (rawPath === '/endpoint') return process.env.AWS_ENDPOINT_URL_LAMBDA;
            const { Payload } = await client.send(
              new InvokeCommand({ FunctionName: process.env.WORKER, Payload: JSON.stringify({ from: rawPath }) }),
            );
            return { called: JSON.parse(Buffer.from(Payload).toString()) };
          };
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker
      Runtime: nodejs22.x
      Handler: index.handler
      DeadLetterConfig: { TargetArn: !GetAtt Letters.Arn }
      Role: arn:aws:iam::000000000000:role/x
      Code:
        ZipFile: |
          exports.handler = async (event, context) => {
            console.log('got', JSON.stringify(event));
            if (event.fails) throw new TypeError('cannot work');
            return { event, client: context.clientContext, arn: context.invokedFunctionArn };
          };
  Writer:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: writer
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/x
      Code:
        ZipFile: |
          exports.handler = awslambda.streamifyResponse(async (event, stream) => {
            console.log('writes');
            stream.write('one ');
            await new Promise((resolve) => setTimeout(resolve, 100));
            if (event.fails) throw new TypeError('cannot write');
            stream.end('two');
          });
  Letters:
    Type: AWS::SQS::Queue
  WorkerEvents:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Worker
      Qualifier: $LATEST
      MaximumRetryAttempts: 0
      DestinationConfig: { OnFailure: { Destination: !GetAtt Failures.Arn } }
  Failures:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/x
      Code:
        ZipFile: |
          exports.handler = async ({ requestContext, requestPayload, responsePayload }) =>
            console.log(requestContext.condition, JSON.stringify(requestPayload), responsePayload.errorMessage);
  Live:
    Type: AWS::Lambda::Alias
    Properties: { FunctionName: !Ref Worker, FunctionVersion: $LATEST, Name: live }
  Limited:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: limited
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/x
      ReservedConcurrentExecutions: 0
      Code: { ZipFile: 'exports.handler = async () => 1' }
  NotCalled:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: not-called
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/x
      Code: { ZipFile: 'def handler(event, context): pass' }
  Url:
    Type: AWS::Lambda::Url
    Properties: { TargetFunctionArn: !Ref Front, AuthType: NONE }
  Public:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunctionUrl
      FunctionName: !Ref Front
      Principal: '*'
      FunctionUrlAuthType: NONE
  PublicInvoke:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref Front, Principal: '*' }
`;

interface App extends Running {
  readonly url: string;
  readonly endpoint: string;
  readonly client: LambdaClient;
  invoke(input?: Partial<InvokeCommandInput>): Promise<{ readonly [key: string]: unknown }>;
}

async function startApp(): Promise<App> {
  const directory = await mkdtemp(path.join(tmpdir(), 'invoke-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'app.yaml');
  await writeFile(file, TEMPLATE);
  const cloud = await start(
    optionsOf('--template', file, '--state-file', path.join(directory, 'state.json')),
  );
  const url = cloud.furtherUrls.get('Url') ?? '';
  const endpoint = await (await fetch(`${url}/endpoint`)).text();
  const client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  onTestFinished(() => client.destroy());
  return Object.assign(cloud, {
    url,
    endpoint,
    client,
    invoke: async (input: Partial<InvokeCommandInput> = {}) => {
      const { Payload, LogResult, ...output } = await client.send(
        new InvokeCommand({ FunctionName: 'worker', ...input }),
      );
      const text = Buffer.from(Payload ?? []).toString();
      return {
        ...output,
        payload: text && (JSON.parse(text) as unknown),
        log: LogResult && Buffer.from(LogResult, 'base64').toString(),
      };
    },
  });
}

test('a function calls another one by the Invoke API (LA-IV-01)', async () => {
  const { url } = await startApp();
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
  expect(await (await fetch(`${url}/path`)).json()).toEqual({ called: { event: { from: '/path' }, arn } });
}, 30_000);

test('the Invoke API returns results, errors, log lines, and starts events (LA-IV-02, LA-IV-03, LA-IV-04)', async () => {
  const { invoke, logged } = await startApp();
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
  const clientContext = Buffer.from(JSON.stringify({ custom: { a: 1 } })).toString('base64');
  const succeeded = await invoke({ Qualifier: 'live', ClientContext: clientContext, LogType: 'Tail' });
  expect(succeeded).not.toHaveProperty('FunctionError');
  expect(succeeded).toMatchObject({
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    payload: { event: {}, client: { custom: { a: 1 } }, arn: `${arn}:live` },
    log: expect.stringMatching(
      /^START RequestId: .*\n.*\tINFO\tgot \{\}\nEND RequestId: .*\nREPORT RequestId: /,
    ),
  });
  expect(await invoke({ FunctionName: arn, Payload: '{"fails":true}' })).toMatchObject({
    StatusCode: 200,
    FunctionError: 'Unhandled',
    payload: { errorType: 'TypeError', errorMessage: 'cannot work' },
    log: undefined,
  });
  expect(await invoke({ InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204, payload: '' });
  expect(await invoke({ InvocationType: 'Event', Payload: '{"later":1}' })).toMatchObject({
    StatusCode: 202,
    payload: '',
  });
  await expect
    .poll(() => logged)
    .toContainEqual(expect.stringMatching(/^function worker: .*got \{"later":1\}$/));
  // The dry run did not run the function.
  expect(logged.filter((line) => /^function worker: .*\tgot /.test(line))).toHaveLength(3);
}, 30_000);

test('the Invoke API rejects calls as Lambda does (LA-IV-05)', async () => {
  const { invoke, endpoint } = await startApp();
  for (const [input, name, message] of [
    [{ FunctionName: 'gone' }, 'ResourceNotFoundException', /^Function not found: gone\./],
    [{ FunctionName: 'not-called' }, 'ResourceNotFoundException', /runs functions that requests reach/],
    [{ Qualifier: 'old' }, 'ResourceNotFoundException', /^Function not found: worker:old\./],
    [{ Payload: '{' }, 'InvalidRequestContentException', /^Could not parse request body into json/],
    [{ Payload: `"${'x'.repeat(6_291_456)}"` }, 'RequestTooLargeException', /6291456 bytes/],
    [
      { Payload: `"${'x'.repeat(1_048_576)}"`, InvocationType: 'Event' as const },
      'RequestTooLargeException',
      /1048576 bytes/,
    ],
    [{ FunctionName: 'limited' }, 'TooManyRequestsException', /^Rate Exceeded/],
  ] as const) {
    await expect(invoke(input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  }
  const target = `${endpoint}/2015-03-31/functions/worker/invocations`;
  expect((await fetch(target, { method: 'POST' })).status).toBe(403);
  const headers = { authorization: 'AWS4-HMAC-SHA256 x' };
  expect((await fetch(`${endpoint}/2015-03-31/functions`, { headers })).headers.get('x-amzn-errortype')).toBe(
    'UnknownOperationException',
  );
}, 30_000);

test('the destination of a failed asynchronous call is a function of the template (LA-IV-06)', async () => {
  const { invoke, logged } = await startApp();
  await invoke({ InvocationType: 'Event', Payload: '{"fails":true}' });
  await expect
    .poll(() => logged.join('\n'), { timeout: 20_000 })
    .toMatch(/^function app-Failures-.*RetriesExhausted {"fails":true} cannot work$/m);
  expect(logged).toContainEqual(
    expect.stringMatching(/^function Worker: its dead letters go to arn:aws:sqs:.*, which does not run here/),
  );
  expect(logged).toContainEqual(
    expect.stringMatching(
      /^function worker: RetriesExhausted; on AWS, arn:aws:sqs:.* gets {"fails":true} with/,
    ),
  );
}, 30_000);

/** Calls a function with a streamed response: the chunks of its payload, and the end. */
async function invokeStreaming({ client }: App, input: InvokeWithResponseStreamCommandInput) {
  const { EventStream = [], StatusCode } = await client.send(new InvokeWithResponseStreamCommand(input));
  const chunks: string[] = [];
  for await (const { PayloadChunk, InvokeComplete } of EventStream) {
    if (PayloadChunk?.Payload) chunks.push(Buffer.from(PayloadChunk.Payload).toString());
    if (!InvokeComplete) continue;
    const { LogResult, ...complete } = InvokeComplete;
    return { StatusCode, chunks, complete, log: LogResult && Buffer.from(LogResult, 'base64').toString() };
  }
  throw new Error('The stream has no end.');
}

test('InvokeWithResponseStream returns what the function writes, as it writes it (LA-IV-07)', async () => {
  const app = await startApp();
  expect(await invokeStreaming(app, { FunctionName: 'writer', LogType: 'Tail' })).toEqual({
    StatusCode: 200,
    chunks: ['one ', 'two'],
    complete: {},
    log: expect.stringMatching(/\tINFO\twrites\n/),
  });
  const failed = await invokeStreaming(app, { FunctionName: 'writer', Payload: Buffer.from('{"fails":1}') });
  expect(failed).toMatchObject({ chunks: ['one '], complete: { ErrorCode: 'Unhandled' } });
  expect(JSON.parse(failed.complete.ErrorDetails ?? '')).toMatchObject({ errorMessage: 'cannot write' });
  const buffered = await invokeStreaming(app, { FunctionName: 'worker' });
  expect(JSON.parse(buffered.chunks.join(''))).toMatchObject({ event: {} });
  await expect(invokeStreaming(app, { FunctionName: 'gone' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
}, 30_000);

test('calls of the Invoke API are in the list of requests, with what happened (LA-IV-01)', async () => {
  const { url, invoke, requests } = await startApp();
  await fetch(`${url}/path`);
  await expect(invoke({ FunctionName: 'gone' })).rejects.toThrow('Function not found');
  const calls = requests.filter(({ via }) => via === 'invoke-api');
  expect(calls.map(({ method, path: target, status }) => [method, target, status])).toEqual([
    ['POST', '/2015-03-31/functions/worker/invocations', 200],
    ['POST', '/2015-03-31/functions/gone/invocations', 404],
  ]);
  expect(calls[0]?.hops.map(({ event }) => event)).toEqual(['api.called', 'function.logged', 'function.ran']);
  expect(calls[0]?.request.body?.bytes.toString()).toBe('{"from":"/path"}');
  const [, gone] = calls.map((call) => describeRequest(call, 'http://console/#1'));
  expect(gone).toContain('Lambda: rejected with ResourceNotFoundException: Function not found: gone');
}, 30_000);
