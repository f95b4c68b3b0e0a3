import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LambdaFunction } from '../model/function';
import type { FoundSource } from '../model/runnable';
import { type CompletedInvocation, FunctionInstances } from './function-instances';

const DEFINITION: LambdaFunction = {
  logicalId: 'Fn',
  name: 'app-Fn-1',
  arn: 'arn:aws:lambda:eu-west-1:000000000000:function:app-Fn-1',
  qualifiedArns: [],
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  code: undefined,
  environment: {},
  timeoutMs: 5_000,
  memoryMb: 128,
  layers: [],
  reservedConcurrency: undefined,
  deadLetterTarget: undefined,
};

interface Running {
  readonly lines: string[];
  readonly logged: string[];
  readonly instances: FunctionInstances;
  invoke(event?: unknown, requestId?: string): Promise<CompletedInvocation | 'throttled'>;
  /** Invokes and returns what the handler returned, or the error. */
  result(event?: unknown): Promise<unknown>;
}

function run(
  code: FoundSource | string,
  change: Partial<LambdaFunction> = {},
  layers: readonly FoundSource[] = [],
): Running {
  const lines: string[] = [];
  const logged: string[] = [];
  const instances = new FunctionInstances({
    definition: {
      ...DEFINITION,
      ...change,
      code: typeof code === 'string' ? { kind: 'inline', text: code } : code,
    },
    region: 'eu-west-1',
    environment: { AWS_ACCESS_KEY_ID: 'local-cloud', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' },
    layers,
    log: {
      info: (line: string) => void logged.push(line),
      error: (line: string) => void logged.push(line),
    } as never,
  });
  onTestFinished(() => instances.close());
  const invoke: Running['invoke'] = (event = {}, requestId = 'r-1') =>
    instances.invoke({
      functionArn: `${DEFINITION.arn}:live`,
      requestId,
      traceHeader: 'Root=1-2-3',
      payload: JSON.stringify(event),
      onLine: (line) => void lines.push(line),
    });
  return {
    lines,
    logged,
    instances,
    invoke,
    result: async (event) => {
      const completed = await invoke(event);
      return completed === 'throttled' ? completed : (JSON.parse(completed.payload) as unknown);
    },
  };
}

async function directory(files: Readonly<Record<string, string>>): Promise<FoundSource & { kind: 'local' }> {
  const root = await mkdtemp(path.join(tmpdir(), 'code-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  return { kind: 'local', path: root };
}

test('the handler has the documented environment and context (LA-RT-01, LA-RT-02)', async () => {
  const { result } = run(
    `exports.handler = async (event, context) => ({
      event,
      context: { ...context, remaining: context.getRemainingTimeInMillis() > 4000 },
      env: process.env,
      cwd: process.cwd(),
      flags: process.execArgv,
    });`,
    { environment: { COLOR: 'blue', AWS_REGION: 'not-me' } },
  );
  const { event, context, env, cwd, flags } = (await result({ a: 1 })) as Record<string, never>;
  expect(event).toEqual({ a: 1 });
  expect(context).toEqual({
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: 'app-Fn-1',
    memoryLimitInMB: '128',
    logGroupName: '/aws/lambda/app-Fn-1',
    logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    invokedFunctionArn: `${DEFINITION.arn}:live`,
    awsRequestId: 'r-1',
    remaining: true,
  });
  expect(env).toMatchObject({
    COLOR: 'blue',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: 'app-Fn-1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    AWS_ACCESS_KEY_ID: 'local-cloud',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
    LAMBDA_TASK_ROOT: cwd,
    _HANDLER: 'index.handler',
    _X_AMZN_TRACE_ID: 'Root=1-2-3',
  });
  expect(flags).toContain('--max-old-space-size=128');
});

test('the environment of the machine does not reach a function (LA-RT-01)', async () => {
  vi.stubEnv('MY_SECRET', 'x');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { result } = run('exports.handler = async () => [process.env.MY_SECRET ?? null, process.env.HOME];');
  const [secret, home] = (await result()) as string[];
  expect(secret).toBeNull();
  expect(home).not.toBe(process.env['HOME']);
});

test('an instance stays warm, and starts once (LA-RT-03)', async () => {
  const { invoke } = run('let calls = 0; exports.handler = async () => ++calls;');
  const first = await invoke();
  const second = await invoke();
  expect([first, second]).toMatchObject([
    { payload: '1', initMs: expect.any(Number) },
    { payload: '2', initMs: undefined },
  ]);
});

test('an instance handles one invocation at a time (LA-RT-03)', async () => {
  const { result } = run(
    `let inFlight = 0;
    exports.handler = async () => {
      inFlight++;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [process.pid, inFlight--];
    };`,
  );
  const [one, other] = (await Promise.all([result(), result()])) as [number, number][];
  expect([one?.[1], other?.[1]]).toEqual([1, 1]);
  expect(one?.[0]).not.toBe(other?.[0]);
});

test('invocations above the reserved concurrency are throttled (LA-RT-03)', async () => {
  const { result } = run('exports.handler = async () => 1;', { reservedConcurrency: 1 });
  expect(await Promise.all([result(), result()])).toEqual([1, 'throttled']);
});

test.each<[string, Partial<LambdaFunction>, Readonly<Record<string, string>>, unknown]>([
  ['a CommonJS module', {}, { 'index.js': 'exports.handler = async () => "cjs"' }, 'cjs'],
  ['an ES module', {}, { 'index.mjs': 'export const handler = async () => "mjs"' }, 'mjs'],
  [
    'an ES module by package.json',
    {},
    { 'index.js': 'export const handler = async () => "esm"', 'package.json': '{"type":"module"}' },
    'esm',
  ],
  ['a .cjs file', {}, { 'index.cjs': 'exports.handler = async () => "c"' }, 'c'],
  [
    'a nested handler in a folder',
    { handler: 'src/app.api.get' },
    { 'src/app.js': 'exports.api = { get: async () => __dirname.endsWith("src") }' },
    true,
  ],
  [
    'own modules',
    {},
    {
      'index.mjs': 'import x from "x"; export const handler = async () => x;',
      'node_modules/x/index.js': 'module.exports = 7',
    },
    7,
  ],
])('loads the handler from %s (LA-RT-04)', async (_, change, files, expected) => {
  const { result } = run(await directory(files), change);
  expect(await result()).toBe(expected);
});

test('loads code from a zip file (LA-RT-04)', async () => {
  const { path: root } = await directory({});
  const file = path.join(root, 'code.zip');
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  await writeFile(
    file,
    zipSync({
      'index.js': encode('exports.handler = async () => require("./lib/a.js")'),
      lib: { 'a.js': encode('module.exports = "zip"') },
    }),
  );
  const { result } = run({ kind: 'local', path: file });
  expect(await result()).toBe('zip');
});

test('modules of layers and the AWS SDK are found, those of the workspace are not (LA-RT-05)', async () => {
  const layer = await directory({ 'nodejs/node_modules/from-layer/index.js': 'module.exports = "layer"' });
  const found = run(
    await directory({
      'index.mjs': `
        import layer from 'from-layer';
        import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
        export const handler = async () => [layer, typeof DynamoDBClient];`,
    }),
    {},
    [layer],
  );
  expect(await found.result()).toEqual(['layer', 'function']);
  const required = run(
    await directory({ 'index.js': 'exports.handler = async () => require("from-layer")' }),
    {},
    [layer],
  );
  expect(await required.result()).toBe('layer');
  const missing = run('const { z } = require("zod"); exports.handler = async () => 1;');
  expect(await missing.result()).toMatchObject({
    errorType: 'Runtime.ImportModuleError',
    errorMessage: expect.stringContaining("Cannot find module 'zod'"),
  });
});

test.each([
  ['a result', 'exports.handler = (event, context, callback) => callback(null, 1);', 1],
  [
    'an error',
    'exports.handler = (event, context, callback) => callback(new TypeError("no"));',
    { errorType: 'TypeError', errorMessage: 'no' },
  ],
  [
    'a result once the event loop is empty',
    'let done = 0; exports.handler = (event, context, callback) => { setTimeout(() => { done = 1; }, 20); callback(null, () => done); callback(null, { get done() { return done; } }); };',
    { done: 1 },
  ],
  [
    'a result at once without waiting',
    'exports.handler = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => 0, 1000); callback(null, 2); };',
    2,
  ],
  ['nothing', 'exports.handler = () => undefined;', null],
])('a callback handler returns %s (LA-RT-06)', async (_, code, expected) => {
  const { result } = run(code);
  if (typeof expected === 'object' && expected !== null) expect(await result()).toMatchObject(expected);
  else expect(await result()).toEqual(expected);
});

test('Node.js 24 has no callback handlers (LA-RT-06)', async () => {
  const { result } = run('exports.handler = (event, context, callback) => callback(null, 1);', {
    runtime: 'nodejs24.x',
  });
  expect(await result()).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
});

test('log lines have time, request id and level (LA-RT-07)', async () => {
  const { invoke, lines } = run(
    'exports.handler = async () => { console.log("a", { b: 1 }); console.error("two\\nlines"); process.stdout.write("raw\\n"); };',
  );
  await invoke({}, 'r-7');
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^${time}\tr-7\tINFO\ta { b: 1 }$`)),
    expect.stringMatching(new RegExp(`^${time}\tr-7\tERROR\ttwo\nlines$`)),
    'raw',
  ]);
});

test('an error of the handler keeps the instance (LA-IN-01)', async () => {
  const { invoke } = run(
    'let calls = 0; exports.handler = async (event) => { if (++calls === 1) throw new RangeError("bad"); return calls; };',
  );
  const failed = await invoke();
  expect(failed).toMatchObject({ isError: true });
  expect(JSON.parse((failed as CompletedInvocation).payload)).toEqual({
    errorType: 'RangeError',
    errorMessage: 'bad',
    trace: expect.arrayContaining([expect.stringContaining('RangeError: bad')]),
  });
  expect(await invoke()).toMatchObject({ isError: false, payload: '2' });
});

test('an invocation that exceeds the timeout is an error, and its instance ends (LA-IN-02)', async () => {
  const { invoke } = run(
    'let calls = 0; exports.handler = async (event) => { calls++; if (event.spin) for (;;); return calls; };',
    { timeoutMs: 1_000 },
  );
  expect(await invoke()).toMatchObject({ payload: '1' });
  expect(await invoke({ spin: true }, 'r-2')).toMatchObject({
    isError: true,
    payload: JSON.stringify({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: r-2 Error: Task timed out after 1.00 seconds',
    }),
  });
  expect(await invoke()).toMatchObject({ payload: '1', initMs: expect.any(Number) });
});

test.each([
  [
    'exits',
    'exports.handler = async () => process.exit(3);',
    'Runtime.ExitError',
    'RequestId: r-1 Error: Runtime exited with error: exit status 3',
  ],
  [
    'rejects a promise that nobody awaits',
    'exports.handler = () => new Promise(() => { Promise.reject(new Error("lost")); setTimeout(() => 0, 5000); });',
    'Runtime.UnhandledPromiseRejection',
    'lost',
  ],
])(
  'a function that %s fails, and the next invocation starts again (LA-IN-03)',
  async (_, code, errorType, errorMessage) => {
    const { result } = run(code);
    expect(await result()).toMatchObject({ errorType, errorMessage: expect.stringContaining(errorMessage) });
    expect(await result()).toMatchObject({ errorType });
  },
);

test.each([
  ['throws while it is loaded', 'throw new Error("init");', 'Error', 'init'],
  [
    'has no such handler',
    'exports.other = 1;',
    'Runtime.HandlerNotFound',
    'index.handler is undefined or not exported',
  ],
  [
    'has a syntax error',
    'exports.handler = ;',
    'Runtime.UserCodeSyntaxError',
    'SyntaxError: Unexpected token',
  ],
])('code that %s is an error of each invocation (LA-IN-04)', async (_, code, errorType, errorMessage) => {
  const { result } = run(code);
  const expected = { errorType, errorMessage: expect.stringContaining(errorMessage) };
  expect(await result()).toMatchObject(expected);
  expect(await result()).toMatchObject(expected);
});

test('a response above 6 MB is an error (LA-IN-05)', async () => {
  const { result } = run('exports.handler = async ({ size }) => "x".repeat(size);');
  expect(await result({ size: 6 * 1_048_576 })).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  expect(await result({ size: 1 })).toBe('x');
});

test('changed code runs at the next invocation (LA-RT-08)', async () => {
  const code = await directory({
    'index.js': 'exports.handler = async () => require("./lib/value.js");',
    'lib/value.js': 'module.exports = 1;',
  });
  const { result, logged } = run(code);
  expect(await result()).toBe(1);
  await writeFile(path.join(code.path, 'lib/value.js'), 'module.exports = 2;');
  await vi.waitFor(() => expect(logged).toHaveLength(1), { timeout: 10_000 });
  expect(await result()).toBe(2);
});

test('close() ends the processes, those they started, and removes their files', async () => {
  const { instances, result } = run(
    `const { spawn } = require('node:child_process');
    exports.handler = async () => ({ pids: [process.pid, spawn('sleep', ['60']).pid], root: process.env.LAMBDA_TASK_ROOT });`,
  );
  const { pids, root } = (await result()) as { pids: number[]; root: string };
  await instances.close();
  await expect(readdir(root)).rejects.toThrowError('ENOENT');
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
});

/** A zombie does not run. */
function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

test('a function does not wait for an instance that is busy when another is free', async () => {
  const { result } = run(
    'exports.handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; };',
  );
  const slow = result({ ms: 1_500 });
  await delay(50);
  const fast = await result({ ms: 0 });
  expect(await result({ ms: 0 })).toBe(fast);
  expect(await slow).not.toBe(fast);
});

const STREAMS = `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  if (event.fails === 'before') throw new TypeError('nothing sent');
  if (event.type) stream.setContentType(event.type);
  stream.write('one,');
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (event.fails === 'after') throw new TypeError('half sent');
  if (event.hangs) await new Promise(() => {});
  stream.write(context.awsRequestId);
  stream.end();
});`;

/** Invokes with a receiver of the stream. @returns what it received, and the completed invocation */
async function streamOf({ instances }: Running, event: object) {
  let received: Promise<string> | undefined;
  let type: string | undefined;
  const completed = await instances.invoke({
    functionArn: DEFINITION.arn,
    requestId: 'r-1',
    traceHeader: 'Root=1-2-3',
    payload: JSON.stringify(event),
    onLine: () => undefined,
    onStream: ({ contentType, body }) => {
      type = contentType;
      received = text(body).catch((error: Error) => `broken: ${error.message}`);
    },
  });
  return { text: await received, type, completed };
}

test('a handler can stream its response; its instance stays for the next invocation (LA-RT-10)', async () => {
  const running = run(STREAMS);
  const first = await streamOf(running, { type: 'text/csv' });
  expect(first).toMatchObject({ text: 'one,r-1', type: 'text/csv', completed: { isError: false } });
  const second = await streamOf(running, {});
  expect(second).toMatchObject({ text: 'one,r-1', type: 'application/octet-stream' });
  expect(second.completed).toMatchObject({ initMs: undefined });
});

test('without a receiver, a streamed response is buffered (LA-RT-10)', async () => {
  const { invoke } = run(STREAMS);
  expect(await invoke()).toMatchObject({ payload: 'one,r-1', isError: false });
  const failed = await invoke({ fails: 'after' });
  expect(failed).toMatchObject({ isError: true, payload: expect.stringContaining('half sent') });
});

test('a stream breaks off when the function fails, or at its timeout (LA-RT-10)', async () => {
  const running = run(STREAMS, { timeoutMs: 1_000 });
  const error = (errorMessage: string) => ({
    completed: { isError: true, payload: expect.stringContaining(errorMessage) },
  });
  expect(await streamOf(running, { fails: 'before' })).toMatchObject({
    ...error('nothing sent'),
    text: undefined,
  });
  expect(await streamOf(running, { fails: 'after' })).toMatchObject({
    ...error('half sent'),
    text: 'broken: the function failed',
  });
  expect(await streamOf(running, { hangs: true })).toMatchObject({
    ...error('Task timed out'),
    text: expect.stringMatching(/^broken: /),
  });
});
