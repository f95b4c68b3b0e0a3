import { Buffer } from 'node:buffer';
import { runInNewContext } from 'node:vm';
import {
  FUNCTION_RUNTIMES,
  type FunctionRuntime,
  grammarFaults,
  type TemplateResource,
} from '@spa-on-aws/cloudformation';
import { rule, type Findings } from '../rule';
import { behaviorsOf, bucketBehind } from './distribution';

const MOST_BYTES = 10_240;
const RUN_TIMEOUT_MS = 1000;

const FUNCTION = 'AWS::CloudFront::Function';

/** A function's code; a name stands for what only the deployment knows. */
function codeOf(lambda: TemplateResource): string {
  return lambda.properties.get('FunctionCode').filled(() => 'deployed');
}

function isRuntime(name: string): name is FunctionRuntime {
  return FUNCTION_RUNTIMES.some((runtime) => runtime === name);
}

/** CloudFront takes the code, and the first visitor gets an answer. */
export const functionsRun = rule(
  'deployable',
  'cloudfront-functions-valid',
  ['CFF-LIM-01', 'CFF-JS-01', 'CFF-JS-02', 'CFF-JS-05'],
  'every CloudFront function is at most 10,240 bytes, in the grammar of its runtime, with a global handler',
  function* ({ template }) {
    const functions = template.ofType(FUNCTION);
    if (functions.length === 0) yield { notApplicable: 'there is no CloudFront function' };
    for (const lambda of functions) {
      const code = lambda.properties.get('FunctionCode');
      const bytes = Buffer.byteLength(codeOf(lambda));
      if (bytes > MOST_BYTES) {
        yield {
          path: code.path,
          problem: `function ${lambda.id} has ${bytes} bytes, and CloudFront takes ${MOST_BYTES}`,
          remedy: 'Shorten it, comments included.',
        };
      }
      const runtime = lambda.properties.get('FunctionConfig', 'Runtime');
      if (!isRuntime(runtime.text)) {
        yield {
          path: runtime.path,
          problem: `function ${lambda.id} has the runtime ${runtime.text}, which CloudFront does not have`,
          remedy: `Use ${FUNCTION_RUNTIMES.at(-1) ?? ''}.`,
        };
        continue;
      }
      for (const { line, column, construct, remedy } of grammarFaults(codeOf(lambda), runtime.text)) {
        yield {
          path: code.path,
          problem: `function ${lambda.id}, line ${line}, column ${column}: ${runtime.text} has no such thing as ${construct}; CloudFront would take it and answer 503 to visitors (CFF-JS-03)`,
          remedy,
        };
      }
    }
  },
);

/** CloudFront associates published functions only, one per event. */
export const functionsAssociate = rule(
  'deployable',
  'function-associations-valid',
  ['CFF-LIM-01'],
  'every function a behavior names is in this template and published, one per viewer event, none beside Lambda@Edge',
  function* ({ template }) {
    for (const { config } of behaviorsOf(template)) {
      const events = new Set<string>();
      for (const association of config.get('FunctionAssociations').items) {
        const arn = association.get('FunctionARN');
        const lambda = template.referred(arn, FUNCTION);
        const event = association.get('EventType').text;
        const remedy = 'Name the FunctionARN of a function with AutoPublish true.';
        if (!lambda || !arn.is(lambda.id, 'FunctionARN')) {
          yield { path: arn.path, problem: `${arn.text} is no function of this template`, remedy };
        } else if (lambda.properties.get('AutoPublish').boolean !== true) {
          yield {
            path: lambda.properties.get('AutoPublish').path,
            problem: `function ${lambda.id} is not published, and only published functions can be associated`,
            remedy: 'Set AutoPublish to true.',
          };
        }
        if (!['viewer-request', 'viewer-response'].includes(event) || events.has(event)) {
          yield {
            path: association.get('EventType').path,
            problem: `event '${event}' ${events.has(event) ? 'has two functions' : 'is none for a CloudFront function'}`,
            remedy: 'Use viewer-request and viewer-response, each once.',
          };
        }
        events.add(event);
      }
      const edge = config
        .get('LambdaFunctionAssociations')
        .items.find((one) => one.get('EventType').text.startsWith('viewer-'));
      if (edge && events.size > 0) {
        yield {
          path: edge.path,
          problem: 'a Lambda@Edge function for a viewer event beside a CloudFront function is refused',
          remedy: 'Use one kind for viewer events.',
        };
      }
    }
  },
);

/** Paths as people and pages ask for them, and what the bucket is to be asked for instead. */
const ANSWERS = [
  { uri: '/', key: '/index.html', what: 'the root' },
  { uri: '/orders/42', key: '/index.html', what: 'a deep link' },
  { uri: '/orders/', key: '/index.html', what: 'a deep link with a slash at its end' },
  { uri: '/callback', key: '/index.html', what: 'the way back from sign-in' },
  { uri: '/index.html', key: '/index.html', what: 'the page itself' },
  { uri: '/assets/index-1a2b3c.js', key: '/assets/index-1a2b3c.js', what: 'an asset' },
  { uri: '/assets/missing', key: '/assets/missing', what: 'a missing asset' },
  { uri: '/favicon.ico', key: '/favicon.ico', what: 'a file' },
] as const;

/** Deep links get the page; what is missing stays missing. */
export const deepLinks = rule(
  'site',
  'deep-links-serve-index-html',
  ['CF-SPA-03', 'CF-SPA-04'],
  'the function on the default behavior, run here, answers deep links with /index.html and leaves files and assets alone',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      if (!behavior.isDefault || !bucketBehind(template, behavior)) continue;
      const association = behavior.config
        .get('FunctionAssociations')
        .items.find((one) => one.get('EventType').text === 'viewer-request');
      const lambda = association && template.referred(association.get('FunctionARN'), FUNCTION);
      if (!lambda) {
        yield {
          path: behavior.config.get('FunctionAssociations').path,
          problem:
            'no viewer-request function of this template on the default behavior: a deep link is S3’s AccessDenied',
          remedy: 'Associate a function that sends paths of pages to /index.html.',
        };
        continue;
      }
      yield* answersOf(lambda);
    }
  },
);

function* answersOf(lambda: TemplateResource): Findings {
  for (const { uri, key, what } of ANSWERS) {
    const path = lambda.properties.get('FunctionCode').path;
    const remedy = `Make it ask the bucket for ${key}.`;
    let asked: unknown;
    try {
      asked = askedFor(codeOf(lambda), uri);
    } catch (error) {
      yield { path, problem: `function ${lambda.id} fails for ${uri}: ${String(error)}`, remedy };
      return undefined;
    }
    if (asked === key) continue;
    yield {
      path,
      problem: `function ${lambda.id} makes of ${uri} (${what}) ${String(asked)}, not ${key}`,
      remedy,
    };
  }
}

/** What the bucket is asked for when a viewer asks for a path: the function's `uri`, or its own answer. */
function askedFor(code: string, uri: string): unknown {
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
  const source = `${code}\n;JSON.stringify(handler(${JSON.stringify(event)}))`;
  const answer: unknown = JSON.parse(String(runInNewContext(source, {}, { timeout: RUN_TIMEOUT_MS })));
  return typeof answer === 'object' && answer !== null && 'uri' in answer
    ? answer.uri
    : 'an answer of its own';
}
