import type { LedgerRow } from './ledger-row';

/** Observable behavior of Lambda: the Node.js runtimes, invocations, permissions and function URLs. */
export const LAMBDA_ROWS: readonly LedgerRow[] = [
  {
    id: 'LA-RT-01',
    behavior: 'A function has the documented environment variables, and no others of its host',
    source: 'lambda:configuration-envvars, documented, sure',
    difference:
      'credentials are fake, `LAMBDA_TASK_ROOT` is a temporary directory, there is no X-Ray daemon, and the endpoint of local tables is set; ' +
      'AWS origins in values are local ones',
  },
  {
    id: 'LA-RT-02',
    behavior: 'The context object has the documented members',
    source: 'lambda:nodejs-context, documented, sure',
    difference: '`functionVersion` is `$LATEST`: all versions and aliases run the code of the template',
  },
  {
    id: 'LA-RT-03',
    behavior:
      'An instance handles one invocation at a time and stays warm; `ReservedConcurrentExecutions` limits the instances',
    source: 'lambda:lambda-concurrency, documented, sure',
    difference:
      'at most ten instances of a function run, and more invocations wait; they end after 5 minutes without one',
  },
  {
    id: 'LA-RT-04',
    behavior: 'The handler is loaded from a CommonJS or ES module in a directory, a zip file or inline code',
    source: 'lambda:nodejs-handler, documented + observed, sure',
    difference: 'with the Node.js of the machine, whatever version the runtime has; a warning says so',
  },
  {
    id: 'LA-RT-05',
    behavior: 'Modules are found in the code, in layers (`nodejs/node_modules`) and in the runtime (AWS SDK)',
    source: 'lambda:nodejs-layers, documented, sure',
    difference:
      'the AWS SDK is that of the current directory; layers are not at `/opt`, and modules of a layer that is not in the templates are those of the current directory',
  },
  {
    id: 'LA-RT-06',
    behavior:
      'Callback handlers wait for the event loop unless told otherwise; Node.js 24 rejects handlers with a callback',
    source: 'lambda:nodejs-handler gh:slackapi/bolt-js, documented + observed, sure',
  },
  {
    id: 'LA-RT-07',
    behavior: 'A line of the log has time, request id, level and message',
    source: 'lambda:nodejs-logging, documented, sure',
    difference: 'always in the text format; there are no START, END and REPORT lines',
  },
  {
    id: 'LA-RT-08',
    behavior: 'New code runs with the next invocation',
    source: 'lambda:configuration-function-zip, documented, sure',
    difference: 'files that change are new code; `node_modules` and hidden folders are not watched',
  },
  {
    id: 'LA-RT-09',
    behavior: 'Runtimes other than Node.js, and container images',
    source: 'lambda:lambda-runtimes, documented, sure',
    difference:
      'do not run: `--stand-in <LogicalId>=<url>` sends their events to a local server, and without it the template is refused',
  },
  {
    id: 'LA-RT-11',
    behavior: 'An API and a user pool may call a function of another stack by its ARN',
    source:
      'apigateway:api-gateway-integration-settings lambda:access-control-resource-based, documented, sure',
    difference:
      '`--stand-in <function name>=<url>` sends its events to a local server, and without it the template is refused; its permissions are not checked',
  },
  {
    id: 'LA-RT-10',
    behavior:
      'A handler made by `awslambda.streamifyResponse` streams its response to the Runtime API; an error after the first byte breaks the stream off',
    source: 'lambda:configuration-response-streaming lambda:runtimes-custom, documented, likely',
    difference: 'the bandwidth and the size of a stream are not limited',
  },
  {
    id: 'LA-IN-01',
    behavior: 'An error of the handler has `errorType`, `errorMessage` and `trace`; its instance stays',
    source: 'lambda:nodejs-exceptions, documented, sure',
  },
  {
    id: 'LA-IN-02',
    behavior: 'At the timeout the invocation fails with `Sandbox.Timedout`, and the instance ends',
    source: 'lambda:configuration-timeout, documented + observed, sure',
  },
  {
    id: 'LA-IN-03',
    behavior: 'A process that ends fails its invocation; the next one starts a new instance',
    source: 'lambda:lambda-runtime-environment, documented + observed, sure',
  },
  {
    id: 'LA-IN-04',
    behavior: 'Code that cannot be loaded fails each invocation',
    source: 'lambda:lambda-runtime-environment, documented + observed, sure',
  },
  {
    id: 'LA-IN-05',
    behavior: 'Events and responses have at most 6 MB',
    source: 'lambda:gettingstarted-limits, documented, sure',
  },
  {
    id: 'LA-IV-01',
    behavior:
      'Functions and containers call functions by the Invoke API, by name, ARN or partial ARN, with a qualifier',
    source: 'lambda:API_Invoke, documented, sure',
    difference:
      'the endpoint is in `AWS_ENDPOINT_URL_LAMBDA`; signatures and IAM are not checked; a function runs if requests reach it, or if its name or ARN is the ' +
      'value of an environment variable of a function or container; other operations are `UnknownOperationException`',
  },
  {
    id: 'LA-IV-02',
    behavior:
      'A synchronous call returns 200 with the result; `X-Amz-Function-Error` is set if the function failed. `DryRun` returns 204',
    source: 'lambda:API_Invoke, documented, sure',
    difference: '`X-Amz-Executed-Version` is `$LATEST`',
  },
  {
    id: 'LA-IV-03',
    behavior:
      'An asynchronous call (`Event`) returns 202 at once; a function that fails is called again after 1 and 2 minutes, a throttled one after 1 s and longer',
    source: 'lambda:invocation-async-error-handling, documented, sure',
    difference: 'waiting calls are lost when the local cloud ends or the function changes',
  },
  {
    id: 'LA-IV-04',
    behavior:
      '`X-Amz-Log-Type: Tail` returns the last 4 KB of the log; `X-Amz-Client-Context` reaches the context object',
    source: 'lambda:API_Invoke, documented, sure',
    difference: 'the report line has the duration only',
  },
  {
    id: 'LA-IV-05',
    behavior:
      'Unknown functions, payloads that are too large (6 MB, asynchronous 1 MB) or not JSON, and calls above the reserved concurrency are errors',
    source: 'lambda:API_Invoke, documented, likely',
  },
  {
    id: 'LA-IV-06',
    behavior:
      '`EventInvokeConfig` limits retries and age of asynchronous calls; functions of the templates are destinations',
    source: 'lambda:invocation-async-retain-records, documented, likely',
    difference:
      'other destinations (queues, topics, event buses, buckets) get nothing: the start warns, and log and console have their records',
  },
  {
    id: 'LA-IV-07',
    behavior:
      '`InvokeWithResponseStream` returns chunks of the payload as the function writes them, then `InvokeComplete` with error and log',
    source: 'lambda:API_InvokeWithResponseStream, documented, likely',
  },
  {
    id: 'LA-IV-08',
    behavior:
      'The dead-letter queue or topic of a function gets the event of an asynchronous call that failed, with request id, error code and message',
    source: 'lambda:invocation-async-retain-records, documented, likely',
    difference: 'it gets nothing: the start warns, and log and console have the event',
  },
  {
    id: 'LA-PE-01',
    behavior: 'A service may call a function only with a permission for it, its source and its account',
    source: 'lambda:access-control-resource-based, documented, sure',
    difference:
      'IAM is not enforced: a caller with a role may call any function, and execution roles have no effect',
  },
  {
    id: 'LA-PE-02',
    behavior: 'A permission is for the function, or for one version or alias',
    source: 'lambda:access-control-resource-based, documented, sure',
  },
  {
    id: 'LA-UR-01',
    behavior:
      'A public function URL needs permissions for `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`',
    source: 'lambda:urls-auth, documented, sure',
  },
  {
    id: 'LA-UR-02',
    behavior:
      'With `AWS_IAM`, a function URL rejects unsigned requests; CloudFront signs with origin access control',
    source: 'cf:private-content-restricting-access-to-lambda, documented, sure',
  },
  {
    id: 'LA-UR-03',
    behavior: 'Through origin access control, a body needs its SHA-256 in `x-amz-content-sha256`',
    source: 'cf:private-content-restricting-access-to-lambda, documented, sure',
  },
  {
    id: 'LA-UR-04',
    behavior: 'Function URLs send events in payload format 2.0',
    source: 'lambda:urls-invocation, documented, sure',
  },
  {
    id: 'LA-UR-05',
    behavior: 'Responses of function URLs: structured, or inferred; errors are 502, throttling is 429',
    source: 'lambda:urls-invocation, documented + observed, likely',
  },
  {
    id: 'LA-UR-06',
    behavior:
      'Lambda answers the preflights of a function URL with `Cors`, and adds CORS headers to responses',
    source: 'lambda:urls-configuration, documented, likely',
  },
  {
    id: 'LA-UR-07',
    behavior:
      'With `RESPONSE_STREAM`, a function URL sends content as it is written, after the status, headers and cookies of `HttpResponseStream.from`',
    source: 'lambda:configuration-response-streaming, documented, likely',
    difference:
      'AWS does not document what an ordinary handler returns then; here it is the content, as it is',
  },
  {
    id: 'LA-UR-08',
    behavior:
      'With `AWS_IAM`, a function URL accepts requests that are signed (Signature Version 4) for the service `lambda`',
    source: 'lambda:urls-auth, documented, sure',
    difference:
      'one IAM user, whose access key is printed, may do everything; AWS does not document the texts of rejections',
  },
];
