import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

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
    [RUN],
    /bytes, and CloudFront takes 10240/,
  ],
  [
    'a function with optional chaining, which CloudFront takes and visitors pay for',
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
    [ASSOCIATE],
    /has two functions/,
  ],
  [
    'a function for an event of origins',
    (template) => (fallback(template).FunctionAssociations[0].EventType = 'origin-request'),
    [ASSOCIATE, DEEP_LINKS],
  ],
  [
    'Lambda@Edge beside a function',
    (template) =>
      (fallback(template).LambdaFunctionAssociations = [
        { EventType: 'viewer-response', LambdaFunctionARN: 'x' },
      ]),
    [ASSOCIATE],
    /beside a CloudFront function is refused/,
  ],
  [
    'no SPA fallback',
    (template) => delete fallback(template).FunctionAssociations,
    [DEEP_LINKS],
    /S3’s AccessDenied/,
  ],
  [
    'a fallback that answers missing assets with the page',
    (template) => (lambda(template).FunctionCode = handler("request.uri = '/index.html';")),
    [DEEP_LINKS],
    /\/assets\/index-1a2b3c\.js \(an asset\) \/index\.html/,
  ],
  [
    'a fallback for several pages, which makes one page’s links fail (CF-SPA-02)',
    (template) =>
      (lambda(template).FunctionCode = handler(
        "if (request.uri.endsWith('/')) request.uri += 'index.html'; else if (!request.uri.includes('.')) request.uri += '/index.html';",
      )),
    [DEEP_LINKS],
    /\/orders\/42 \(a deep link\) \/orders\/42\/index\.html/,
  ],
  [
    'a fallback that answers by itself',
    (template) => (lambda(template).FunctionCode = 'function handler() { return { statusCode: 404 }; }'),
    [DEEP_LINKS],
    /an answer of its own/,
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
])('%s', (_, mutate, rules, problem) => {
  const result = found(mutated((template) => void mutate(template)));
  expect(result.rules).toEqual(rules);
  if (problem) expect(result.problems.join('\n')).toMatch(problem);
});
