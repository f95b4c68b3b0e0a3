import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

const THROTTLE = 'api-throttled';
const TLS = 'api-tls-1-2-or-later';

const api = (template: MutableTemplate) => template.the('AWS::ApiGateway::RestApi').Properties;
const settings = (template: MutableTemplate) =>
  template.the('AWS::ApiGateway::Stage').Properties.MethodSettings[0];

test.each<[what: string, mutate: (template: MutableTemplate) => void, rule: string, problem: RegExp]>([
  [
    'a stage without a throttle',
    (template) => delete settings(template).ThrottlingRateLimit,
    THROTTLE,
    /has no throttle of its own/,
  ],
  [
    'a throttle above what the tasks can answer',
    (template) => (settings(template).ThrottlingRateLimit = 2_000),
    THROTTLE,
    /2000 requests per second is more than the 800/,
  ],
  [
    'an API with the default security policy',
    (template) => delete api(template).SecurityPolicy,
    TLS,
    /TLS_1_0, the default/,
  ],
  [
    'the basic endpoint access mode',
    (template) => (api(template).EndpointAccessMode = 'BASIC'),
    TLS,
    /endpoint access mode BASIC/,
  ],
  [
    'a security policy that CloudFront cannot use',
    (template) => (api(template).SecurityPolicy = 'SecurityPolicy_TLS13_1_3_2025_09'),
    TLS,
    /rejects TLS 1\.2, which CloudFront uses/,
  ],
])('reports %s', async (_, mutate, rule, problem) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect(result.rules).toEqual([rule]);
  expect(result.problems.join('\n')).toMatch(problem);
});
