/* eslint-disable no-console -- The console of the function is the log. */
/**
 * Runs the handler of a Node.js function: speaks Lambda's Runtime API, as the runtime on AWS does.
 *
 * Arguments: temporary directories, removed when the local cloud is gone. Environment: AWS_LAMBDA_RUNTIME_API (host and port), LAMBDA_TASK_ROOT, _HANDLER; NODE_PATH lists directories of modules that the
 * code does not contain, such as those of layers and the AWS SDK.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { createRequire, register } from 'node:module';
import path from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const RUNTIME_API = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01`;
const TASK_ROOT = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
const HANDLER = process.env._HANDLER ?? '';
const HAS_CALLBACKS = process.env.AWS_EXECUTION_ENV !== 'AWS_Lambda_nodejs24.x';
const MODULES = (process.env.NODE_PATH ?? '').split(path.delimiter).filter(Boolean);

// The local cloud holds the other end: when it is gone, this process ends too, and removes the temporary directories.
const OWN_DIRECTORIES = process.argv.splice(2);
process.stdin.on('end', () => {
  for (const directory of OWN_DIRECTORIES) rmSync(directory, { recursive: true, force: true });
  process.exit(1);
});
process.stdin.resume();
process.stdin.unref?.();

let requestId = '';

/** Writes log lines as Lambda's text format does: time, request id, level and message, separated by tabs. */
function patchConsole() {
  const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      const message = format(...values).replaceAll('\n', '\r');
      process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${message}\n`);
    };
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Calls the Runtime API. @returns the response, its body as text */
function callApi(method, target, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${RUNTIME_API}${target}`, { method, agent, headers }, (response) => {
      text(response).then((content) => resolve({ headers: response.headers, body: content }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function runtimeError(type, message) {
  return Object.assign(new Error(message), { name: type });
}

function describe(error) {
  if (!(error instanceof Error) && typeof error?.message !== 'string')
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name ?? 'Error',
    errorMessage: error.message,
    trace: String(error.stack ?? '').split('\n'),
  };
}

function postError(target, error) {
  const described = describe(error);
  return callApi('POST', target, JSON.stringify(described), {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Function-Error-Type': described.errorType,
  });
}

/** Makes `import` look up modules in NODE_PATH, as Lambda's runtime does; by itself only `require` does. */
const RESOLVE_HOOK = `
  let modules = [];
  export const initialize = (directories) => { modules = directories; };
  export async function resolve(specifier, context, next) {
    try {
      return await next(specifier, context);
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^[./]|^\\w+:/.test(specifier)) throw error;
      for (const directory of modules) {
        try {
          return await next(specifier, { ...context, parentURL: directory });
        } catch {
          // Not in this directory: the first error is reported below.
        }
      }
      throw error;
    }
  }`;

async function loadHandler() {
  const directory = path.dirname(HANDLER);
  const [, moduleName, exportPath] = /^([^.]*)\.(.*)$/.exec(path.basename(HANDLER)) ?? [];
  if (!moduleName || !exportPath) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const loaded = await loadModule(path.resolve(TASK_ROOT, directory, moduleName), moduleName);
  const handler = exportPath.split('.').reduce((value, name) => value?.[name], loaded);
  if (handler === undefined)
    throw runtimeError('Runtime.HandlerNotFound', `${HANDLER} is undefined or not exported`);
  if (typeof handler !== 'function')
    throw runtimeError('Runtime.HandlerNotFound', `${HANDLER} is not a function`);
  if (!HAS_CALLBACKS && handler.length >= 3 && !handler[STREAMING])
    throw runtimeError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Use an async handler.',
    );
  return handler;
}

/** Loads the file of the handler: as a CommonJS or ES module, as its extension and package.json say. */
async function loadModule(file, name) {
  const require = createRequire(path.join(TASK_ROOT, 'index.js'));
  try {
    if (existsSync(`${file}.js`))
      return isModulePackage(path.dirname(file)) ? await importFile(`${file}.js`) : require(`${file}.js`);
    if (existsSync(`${file}.mjs`)) return await importFile(`${file}.mjs`);
    if (existsSync(`${file}.cjs`)) return require(`${file}.cjs`);
    return require(file);
  } catch (error) {
    if (error.code === 'ERR_REQUIRE_ESM' || isModuleSyntaxError(error)) return importFile(`${file}.js`);
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')
      throw runtimeError('Runtime.ImportModuleError', `Error: ${error.message.replaceAll(file, name)}`);
    if (error instanceof SyntaxError)
      throw Object.assign(error, {
        name: 'Runtime.UserCodeSyntaxError',
        message: `SyntaxError: ${error.message}`,
      });
    throw error;
  }
}

const importFile = (file) => import(pathToFileURL(file).href);

const isModuleSyntaxError = (error) =>
  !HAS_CALLBACKS &&
  error instanceof SyntaxError &&
  /import statement|Unexpected token 'export'/.test(error.message);

/** Tells whether the nearest package.json says that files with .js are ES modules. */
function isModulePackage(directory) {
  for (let parent = directory; ; parent = path.dirname(parent)) {
    const file = path.join(parent, 'package.json');
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).type === 'module';
    if (parent === TASK_ROOT || parent === path.dirname(parent)) return false;
  }
}

function contextOf(headers, settle) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  const callbacks = {
    done: settle,
    fail: (error) => settle(error ?? 'handled'),
    succeed: (result) => settle(null, result),
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    clientContext: clientContext && JSON.parse(clientContext),
    getRemainingTimeInMillis: () => deadline - Date.now(),
    ...(HAS_CALLBACKS ? callbacks : {}),
  };
}

let onEmptyLoop = () => undefined;
process.on('beforeExit', () => onEmptyLoop());

/** Runs the handler once. @returns its result, from its promise or its callback */
function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const settleNow = (error, result) => (error ? reject(error) : resolve(result));
    const settle = (error, result) => {
      if (error || context.callbackWaitsForEmptyEventLoop === false) settleNow(error, result);
      else onEmptyLoop = () => settleNow(error, result);
    };
    const context = contextOf(headers, settle);
    // An event loop without work, and no result: nothing will ever call back.
    onEmptyLoop = () => resolve(null);
    const result = HAS_CALLBACKS ? handler(event, context, settle) : handler(event, context);
    if (typeof result?.then === 'function') result.then(resolve, reject);
    else if (!HAS_CALLBACKS) resolve(result);
  }).finally(() => {
    onEmptyLoop = () => undefined;
  });
}

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const ERROR_TRAILERS = ['Lambda-Runtime-Function-Error-Type', 'Lambda-Runtime-Function-Error-Body'];

globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { [STREAMING]: 'response' }),
  HttpResponseStream: {
    /** Sends status, headers and cookies before the first byte: as JSON, up to eight null bytes. */
    from(stream, metadata) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(8)]);
      return stream;
    },
  },
};

/** The response stream of a handler: the body of a request to the Runtime API, which starts with the first byte. */
class ResponseStream extends Writable {
  prelude;
  #contentType = 'application/octet-stream';
  #outgoing;
  #target;

  constructor(target) {
    super();
    this.#target = target;
  }

  get isStarted() {
    return this.#outgoing !== undefined;
  }

  setContentType(contentType) {
    this.#contentType = contentType;
  }

  #start() {
    if (this.#outgoing) return this.#outgoing;
    const headers = {
      'Content-Type': this.#contentType,
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Transfer-Encoding': 'chunked',
      Trailer: ERROR_TRAILERS.join(', '),
    };
    this.#outgoing = httpRequest(`${RUNTIME_API}${this.#target}`, { method: 'POST', agent, headers });
    this.#outgoing.once('error', (error) => this.destroy(error));
    if (this.prelude) this.#outgoing.write(this.prelude);
    return this.#outgoing;
  }

  _write(chunk, encoding, callback) {
    this.#start().write(chunk, callback);
  }

  _final(callback) {
    // The next invocation uses the same connection.
    this.#start().once('response', (response) => response.resume().once('end', () => callback()));
    this.#outgoing.end();
  }

  /** Ends the stream with an error, whose description follows the bytes sent. */
  async fail(error) {
    const described = describe(error);
    const body = Buffer.from(JSON.stringify(described)).toString('base64');
    this.#outgoing.addTrailers({ [ERROR_TRAILERS[0]]: described.errorType, [ERROR_TRAILERS[1]]: body });
    this.end();
    await finished(this);
  }
}

/** Runs a handler that streams its response. */
async function runStreaming(handler, event, headers, invocation) {
  const stream = new ResponseStream(`${invocation}/response`);
  try {
    await handler(event, stream, contextOf(headers));
    await finished(stream);
  } catch (error) {
    if (!stream.isStarted || stream.destroyed) throw error;
    logInvokeError(error);
    await stream.fail(error);
  }
}

function logInvokeError(error) {
  const { trace: stack, ...described } = describe(error);
  console.error(`Invoke Error \t${JSON.stringify({ ...described, stack })}`);
}

async function serve(handler) {
  for (;;) {
    const { headers, body } = await callApi('GET', '/runtime/invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    const invocation = `/runtime/invocation/${requestId}`;
    try {
      if (handler[STREAMING]) {
        await runStreaming(handler, JSON.parse(body), headers, invocation);
        continue;
      }
      const result = JSON.stringify((await run(handler, JSON.parse(body), headers)) ?? null);
      await callApi('POST', `${invocation}/response`, result, { 'Content-Type': 'application/json' });
    } catch (error) {
      logInvokeError(error);
      await postError(`${invocation}/error`, error);
    }
  }
}

function endWith(type) {
  return (error) => {
    const described = Object.assign(
      runtimeError(type ?? error?.name ?? 'Error', describe(error).errorMessage),
      {
        stack: error?.stack,
      },
    );
    const target = requestId ? `/runtime/invocation/${requestId}/error` : '/runtime/init/error';
    void postError(target, described).finally(() => process.exit(128));
  };
}

patchConsole();
process.on('uncaughtException', endWith());
process.on('unhandledRejection', endWith('Runtime.UnhandledPromiseRejection'));
if (MODULES.length > 0)
  register(`data:text/javascript,${encodeURIComponent(RESOLVE_HOOK)}`, {
    data: MODULES.map((directory) => pathToFileURL(path.join(directory, '..', 'index.js')).href),
  });
try {
  await serve(await loadHandler());
} catch (error) {
  if (requestId || error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') process.exit(1);
  console.error(`Uncaught Exception \t${JSON.stringify(describe(error))}`);
  await postError('/runtime/init/error', error);
  process.exit(1);
}
