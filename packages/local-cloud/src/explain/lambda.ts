import type { HopOf } from '../trace/trace';
import type { HopDescription } from './describe-hop';

/** Describes what a function, its function URL, or Lambda itself did. */
export function describeLambda(hop: HopOf<'lambda'>): HopDescription {
  const facts: Record<string, string> = 'function' in hop.data ? { Function: hop.data.function } : {};
  return { service: 'Lambda', sentence: sentenceOf(hop, facts), facts };
}

/** @param facts receives the names and values shown beside the sentence */
function sentenceOf(hop: HopOf<'lambda'>, facts: Record<string, string>): string {
  switch (hop.event) {
    case 'api.called':
      return `Invoke API: ${hop.data.operation} (${hop.data.type})`;
    case 'api.rejected':
      return `rejected with ${hop.data.error}: ${hop.data.message}`;
    case 'function.ran': {
      const { requestId, durationMs, initMs } = hop.data;
      facts['Request id'] = requestId;
      const init = initMs === undefined ? '' : `, after an init phase of ${initMs} ms (cold start)`;
      return `ran for ${durationMs} ms${init}`;
    }
    case 'function.failed':
      facts['Error'] = hop.data.errorType;
      return `failed: ${hop.data.errorMessage}${remedyFor(hop.data)}`;
    case 'function.logged':
      return `log: ${hop.data.line}`;
    case 'invocation.denied': {
      const { principal, sourceArn } = hop.data;
      facts['Caller'] = sourceArn ?? principal;
      return `rejected: no AWS::Lambda::Permission allows ${principal} to invoke the function${sourceArn === undefined ? '' : ` for ${sourceArn}`}`;
    }
    case 'invocation.throttled':
      return `throttled: ReservedConcurrentExecutions is ${hop.data.concurrency}, and as many invocations are in flight`;
    case 'invocation.too-large':
      return `rejected: the event has ${hop.data.bytes} bytes; Lambda accepts ${hop.data.maxBytes}`;
    case 'destination.missed': {
      const { destination, condition, message, attributes = {} } = hop.data;
      Object.assign(facts, attributes, { Message: message });
      return `${condition}: on AWS, ${destination} gets a message about the asynchronous call`;
    }
    case 'stand-in.called':
      return `replaced here by ${hop.data.url}`;
    case 'stand-in.failed':
      return `the local server ${hop.data.url} that replaces the function failed: ${hop.data.detail}`;
    case 'url.preflight-answered':
      return `the function URL answers the CORS preflight of ${hop.data.origin ?? 'an unknown origin'} itself`;
    case 'url.denied':
      return `rejected by the function URL: ${WHY_DENIED[hop.data.reason](hop.data.principal)}`;
    case 'url.called':
      return `function URL: ${hop.data.method} ${hop.data.path}`;
    case 'url.responded':
      return `passes on the function's ${hop.data.status}`;
    case 'url.response-malformed':
      return `failed: the response of the function is not valid: ${hop.data.detail}`;
  }
}

const WHY_DENIED = {
  'not-signed': () =>
    'its AuthType is AWS_IAM, and the request is not signed; clients sign it with the access key that the local cloud prints, or CloudFront does with an origin access control for Lambda',
  'key-unknown': () => 'its access key is not that of the local cloud, which it prints at the start',
  'scope-wrong': () => 'the signature must be for the service lambda and the region of the stack',
  expired: () => 'it was signed more than 300 s ago, or in the future',
  invalid: () =>
    'the signature does not match the request: another secret key, or the host, path, query, a signed header or the body changed on the way',
  'payload-hash': () =>
    'the request has a body, and its x-amz-content-sha256 header is not the SHA-256 of that body; clients must send it through CloudFront',
  'no-permission': (principal) =>
    `${principal === '*' ? 'anyone' : principal} needs an AWS::Lambda::Permission for lambda:InvokeFunctionUrl and one for lambda:InvokeFunction`,
} as const satisfies Readonly<Record<string, (principal: string) => string>>;

function remedyFor({ errorType, errorMessage }: { errorType: string; errorMessage: string }): string {
  if (errorType !== 'Runtime.ImportModuleError' || !/'(?:@aws-sdk|@smithy)\//.test(errorMessage)) return '';
  return '. On AWS the Node.js runtimes contain the AWS SDK; install the package in this workspace to use it here';
}
