import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

const CREATABLE = 'cloudfront-creatable';
const RUN = 'cloudfront-functions-valid';
const ASSOCIATE = 'function-associations-valid';
const DEEP_LINKS = 'deep-links-serve-index-html';

const lambda = (template: MutableTemplate) => template.the('AWS::CloudFront::Function').Properties;
const fallback = (template: MutableTemplate) =>
  template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig.DefaultCacheBehavior;
const handler = (body: string) =>
  `function handler(event) { var request = event.request; ${body} return request; }`;

test.each<
  [what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[], problem?: RegExp]
>([
  [
    'a function of more than 10 KB',
    (template) => (lambda(template).FunctionCode += `/*${'x'.repeat(10_000)}*/`),
    [CREATABLE],
    /bytes, more than the maximum of 10240/,
  ],
  [
    'a function with optional chaining, which fails at the first request',
    (template) =>
      (lambda(template).FunctionCode = lambda(template).FunctionCode.replace(
        'var uri = request.uri',
        'var uri = request?.uri',
      )),
    [RUN],
    /optional chaining/,
  ],
  [
    'a function with optional chaining within a template literal',
    (template) => (lambda(template).FunctionCode += 'var a = `${handler?.name}`;'),
    [RUN],
    /optional chaining/,
  ],
  [
    'a function that is not published',
    (template) => delete lambda(template).AutoPublish,
    [ASSOCIATE],
    /is not published/,
  ],
  [
    'a function of another stack',
    (template) =>
      (fallback(template).FunctionAssociations[0].FunctionARN = 'arn:aws:cloudfront::1:function/x'),
    [ASSOCIATE, DEEP_LINKS],
  ],
  [
    'two functions for one event',
    (template) => fallback(template).FunctionAssociations.push(fallback(template).FunctionAssociations[0]),
    [CREATABLE],
    /a function for viewer-request appears twice/,
  ],
  [
    'a function for an origin event',
    (template) => (fallback(template).FunctionAssociations[0].EventType = 'origin-request'),
    [CREATABLE, DEEP_LINKS],
  ],
  [
    'Lambda@Edge together with a function',
    (template) =>
      (fallback(template).LambdaFunctionAssociations = [
        { EventType: 'viewer-response', LambdaFunctionARN: 'x' },
      ]),
    [ASSOCIATE],
    /does not accept a Lambda@Edge function/,
  ],
  [
    'no SPA fallback',
    (template) => delete fallback(template).FunctionAssociations,
    [DEEP_LINKS],
    /AccessDenied from S3/,
  ],
  [
    'a fallback that serves the page for missing assets',
    (template) => (lambda(template).FunctionCode = handler("request.uri = '/index.html';")),
    [DEEP_LINKS],
    /\/assets\/index-1a2b3c\.js \(an asset\) to \/index\.html/,
  ],
  [
    'a fallback for several pages, which breaks deep links (CF-SPA-02)',
    (template) =>
      (lambda(template).FunctionCode = handler(
        "if (request.uri.endsWith('/')) request.uri += 'index.html'; else if (!request.uri.includes('.')) request.uri += '/index.html';",
      )),
    [DEEP_LINKS],
    /\/orders\/42 \(a deep link\) to \/orders\/42\/index\.html/,
  ],
  [
    'a fallback that returns a response',
    (template) => (lambda(template).FunctionCode = 'function handler() { return { statusCode: 404 }; }'),
    [DEEP_LINKS],
    /\(the root\) to a response/,
  ],
  [
    'a fallback that throws',
    (template) => (lambda(template).FunctionCode = handler('event.missing.property = 1;')),
    [DEEP_LINKS],
    /fails for \/: TypeError/,
  ],
  [
    'a fallback that never ends',
    (template) => (lambda(template).FunctionCode = handler('while (true) { request.a = 1; }')),
    [DEEP_LINKS],
    /timed out/,
  ],
])('reports %s', async (_, mutate, rules, problem) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect(result.rules).toEqual(rules);
  if (problem) expect(result.problems.join('\n')).toMatch(problem);
});

test.each([
  [
    'an error of a stack overflow',
    `function dive() { try { console.log('x'); dive(); } catch (error) { escape(error); } }
    function handler(event) { dive(); return event.request; }`,
  ],
  ['its event', 'function handler(event) { escape(event); return event.request; }'],
  ['the global object', 'function handler(event) { escape(globalThis); return event.request; }'],
])('a function cannot reach the process that checks it through %s', async (_, code) => {
  const escape = `function escape(value) {
    try { value.constructor.constructor('return process')().env.ESCAPED = 'yes'; } catch (error) {}
  }`;
  const stack = mutated((template) => (lambda(template).FunctionCode = `${escape}\n${code}`));
  expect((await found(stack)).rules).toEqual([DEEP_LINKS]);
  expect(process.env['ESCAPED']).toBeUndefined();
});
