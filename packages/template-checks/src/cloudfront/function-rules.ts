import {
  FUNCTION_RUNTIMES,
  type FunctionRuntime,
  FunctionSandbox,
  grammarFaults,
  type TemplateResource,
} from '@spa-on-aws/cloudformation';
import { finding, rule, type Finding } from '../rule';
import { behaviorsOf, bucketBehind } from './distribution';

const RUN_TIMEOUT_MS = 1000;

const FUNCTION = 'AWS::CloudFront::Function';

/** Returns the code of a function, with a placeholder for values that are known after deployment. */
function codeOf(lambda: TemplateResource): string {
  return lambda.properties.get('FunctionCode').filled(() => 'deployed');
}

function isRuntime(name: string): name is FunctionRuntime {
  return FUNCTION_RUNTIMES.some((runtime) => runtime === name);
}

export const functionsRun = rule(
  'deployable',
  'cloudfront-functions-valid',
  'every CloudFront function uses only syntax of its runtime, and has a global handler',
  function* ({ template }) {
    const functions = template.ofType(FUNCTION);
    if (functions.length === 0) yield { notApplicable: 'there is no CloudFront function' };
    for (const lambda of functions) {
      const code = lambda.properties.get('FunctionCode');
      const runtime = lambda.properties.get('FunctionConfig', 'Runtime');
      if (!isRuntime(runtime.text)) {
        yield finding(
          runtime,
          `function ${lambda.id} uses runtime ${runtime.text}, which does not exist`,
          `Use ${FUNCTION_RUNTIMES.at(-1) ?? ''}.`,
        );
        continue;
      }
      for (const { line, column, construct, remedy } of grammarFaults(codeOf(lambda), runtime.text)) {
        yield finding(
          code,
          `function ${lambda.id}, line ${line}, column ${column}: ${runtime.text} does not support ${construct}. CloudFront accepts the function, but responds with 503 (CFF-JS-03)`,
          remedy,
        );
      }
    }
  },
  ['CFF-JS-01', 'CFF-JS-02', 'CFF-JS-05'],
);

export const functionsAssociate = rule(
  'deployable',
  'function-associations-valid',
  'every function of a behavior is in the template and published, with no Lambda@Edge',
  function* ({ template }) {
    for (const { config } of behaviorsOf(template)) {
      const associations = config.get('FunctionAssociations').items;
      for (const association of associations) {
        const arn = association.get('FunctionARN');
        const lambda = template.referred(arn, FUNCTION);
        const remedy = 'Use the FunctionARN of a function with AutoPublish true.';
        if (!lambda || !arn.is(lambda.id, 'FunctionARN')) {
          yield finding(arn, `${arn.text} is not a function of this template`, remedy);
        } else if (lambda.properties.get('AutoPublish').boolean !== true) {
          yield finding(
            lambda.properties.get('AutoPublish'),
            `function ${lambda.id} is not published, so CloudFront cannot associate it`,
            'Set AutoPublish to true.',
          );
        }
      }
      const edge = config
        .get('LambdaFunctionAssociations')
        .items.find((one) => one.get('EventType').text.startsWith('viewer-'));
      if (edge && associations.length > 0) {
        yield finding(
          edge,
          'CloudFront does not accept a Lambda@Edge function for viewer events together with a CloudFront function',
          'Use one of them for viewer events.',
        );
      }
    }
  },
  ['CFF-LIM-01'],
);

/** Request paths, and the object keys that the function must request from the bucket. */
const REWRITES = [
  { uri: '/', key: '/index.html', what: 'the root' },
  { uri: '/orders/42', key: '/index.html', what: 'a deep link' },
  { uri: '/orders/', key: '/index.html', what: 'a deep link with a trailing slash' },
  { uri: '/callback', key: '/index.html', what: 'the callback of sign-in' },
  { uri: '/index.html', key: '/index.html', what: 'the page itself' },
  { uri: '/assets/index-1a2b3c.js', key: '/assets/index-1a2b3c.js', what: 'an asset' },
  { uri: '/assets/missing', key: '/assets/missing', what: 'a missing asset' },
  { uri: '/favicon.ico', key: '/favicon.ico', what: 'a file' },
] as const;

export const deepLinks = rule(
  'site',
  'deep-links-serve-index-html',
  'the function of the default behavior rewrites deep links to /index.html, and does not change other files and assets',
  async function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      if (!behavior.isDefault || !bucketBehind(template, behavior)) continue;
      const association = behavior.config
        .get('FunctionAssociations')
        .items.find((one) => one.get('EventType').text === 'viewer-request');
      const lambda = association && template.referred(association.get('FunctionARN'), FUNCTION);
      if (!lambda) {
        yield finding(
          behavior.config.get('FunctionAssociations'),
          'the default behavior has no viewer-request function of this template: deep links get AccessDenied from S3',
          'Associate a function that rewrites paths of pages to /index.html.',
        );
        continue;
      }
      yield* rewriteFindings(lambda);
    }
  },
  ['CF-SPA-03', 'CF-SPA-04'],
);

async function* rewriteFindings(lambda: TemplateResource): AsyncGenerator<Finding> {
  const { path } = lambda.properties.get('FunctionCode');
  const runtime = lambda.properties.get('FunctionConfig', 'Runtime').text;
  for (const { uri, key, what } of REWRITES) {
    const remedy = `Rewrite it to ${key}.`;
    let rewritten: unknown;
    try {
      rewritten = await rewrite(codeOf(lambda), isRuntime(runtime) ? runtime : 'cloudfront-js-2.0', uri);
    } catch (error) {
      yield {
        path,
        problem: `function ${lambda.id} fails for ${uri}: ${String(error).replace(/^Error: /, '')}`,
        remedy,
      };
      return;
    }
    if (rewritten === key) continue;
    yield {
      path,
      problem: `function ${lambda.id} rewrites ${uri} (${what}) to ${String(rewritten)}, not to ${key}`,
      remedy,
    };
  }
}

const FAILURES = {
  'timed-out': `it timed out after ${RUN_TIMEOUT_MS} ms`,
  'out-of-memory': 'it ran out of memory',
  'never-returned': 'it never returned',
};

/** Sandboxes by code: to load one takes longer than all rules together. */
const sandboxes = new Map<string, Promise<FunctionSandbox>>();

/** Runs a viewer-request function in a sandbox, and returns the path of its request. */
async function rewrite(code: string, runtime: FunctionRuntime, uri: string): Promise<unknown> {
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: '198.51.100.11' },
    request: {
      method: 'GET',
      uri,
      querystring: {},
      headers: { host: { value: 'd111.cloudfront.net' } },
      cookies: {},
    },
  };
  const id = `${runtime} ${code}`;
  const program = { name: 'function', code, runtime, timeoutMs: RUN_TIMEOUT_MS };
  const sandbox = sandboxes.get(id) ?? FunctionSandbox.create(program);
  sandboxes.set(id, sandbox);
  const outcome = (await sandbox).call({ event, rawQuery: '', now: Date.now() }, () => undefined);
  if (outcome.kind !== 'returned') {
    throw new Error(outcome.kind === 'threw' ? outcome.error : FAILURES[outcome.kind]);
  }
  const { value } = outcome;
  return typeof value === 'object' && value !== null && 'uri' in value ? value.uri : 'a response';
}
