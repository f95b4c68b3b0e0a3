import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

const TAKEN = 'cloudfront-creatable';
const HEADERS = 'security-headers-set';
const CSP = 'content-security-policy-strict';

const policy = (template: MutableTemplate) =>
  template.the('AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig;
const custom = (template: MutableTemplate, Header: string, Value = 'x') =>
  policy(template).CustomHeadersConfig.Items.push({ Header, Value, Override: true });
const csp = (template: MutableTemplate) => policy(template).SecurityHeadersConfig.ContentSecurityPolicy;
/** Rewrites the literal parts of the Content-Security-Policy. */
const rewriteCsp = (template: MutableTemplate, from: string | RegExp, to: string) => {
  const parts = csp(template).ContentSecurityPolicy['Fn::Join'][1] as unknown[];
  csp(template).ContentSecurityPolicy['Fn::Join'][1] = parts.map((part) =>
    typeof part === 'string' ? part.replace(from, to) : part,
  );
};

test.each<
  [what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[], problem?: RegExp]
>([
  [
    'a Content-Security-Policy of more than 1,783 characters',
    (template) =>
      rewriteCsp(template, "img-src 'self'", `img-src 'self' ${'https://a.example.com '.repeat(75)}`),
    [TAKEN],
    /can have \d{4} characters/,
  ],
  [
    '11 custom headers',
    (template) => {
      for (let index = 0; index < 9; index += 1) custom(template, `X-Header-${index}`);
    },
    [TAKEN],
    /11 headers/,
  ],
  [
    'a security header as a custom header',
    (template) => custom(template, 'Strict-Transport-Security'),
    [TAKEN],
    /SecurityHeadersConfig/,
  ],
  [
    'a CORS header as a custom header',
    (template) => custom(template, 'Access-Control-Allow-Origin', '*'),
    [TAKEN],
    /CorsConfig/,
  ],
  [
    'a custom header that CloudFront does not allow',
    (template) => custom(template, 'X-Cache'),
    [TAKEN],
    /cannot be set/,
  ],
  [
    'a custom header with a prefix that CloudFront does not allow',
    (template) => custom(template, 'X-Amz-Cf-Anything'),
    [TAKEN],
    /cannot be set/,
  ],
  [
    'a custom header that appears twice',
    (template) => custom(template, 'permissions-policy'),
    [TAKEN],
    /appears twice/,
  ],
  ['an invalid header name', (template) => custom(template, 'No Name'), [TAKEN], /is not a header name/],
  [
    'a value that is too long',
    (template) => custom(template, 'X-Long', 'x'.repeat(1784)),
    [TAKEN],
    /1784 characters/,
  ],
  [
    'a removed header that CloudFront does not allow to remove',
    (template) => (policy(template).RemoveHeadersConfig = { Items: [{ Header: 'Content-Length' }] }),
    [TAKEN],
    /a policy cannot remove Content-Length/,
  ],
  [
    'a page without a policy',
    (template) =>
      delete template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig.DefaultCacheBehavior
        .ResponseHeadersPolicyId,
    [HEADERS],
  ],
  [
    'a managed policy, which has no Content-Security-Policy',
    (template) =>
      (template.the(
        'AWS::CloudFront::Distribution',
      ).Properties.DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId =
        '67f7725c-6f97-4210-82d7-5512b31e9d03'),
    [HEADERS],
  ],
  ['no HSTS', (template) => delete policy(template).SecurityHeadersConfig.StrictTransportSecurity, [HEADERS]],
  [
    'HSTS for an hour',
    (template) =>
      (policy(template).SecurityHeadersConfig.StrictTransportSecurity.AccessControlMaxAgeSec = 3600),
    [HEADERS],
  ],
  [
    'headers that the origin can override',
    (template) => (policy(template).SecurityHeadersConfig.FrameOptions.Override = false),
    [HEADERS],
  ],
  [
    'no Content-Security-Policy',
    (template) => delete policy(template).SecurityHeadersConfig.ContentSecurityPolicy,
    [HEADERS, CSP],
  ],
  [
    'inline scripts',
    (template) => rewriteCsp(template, "script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    [CSP],
    /unsafe-inline/,
  ],
  [
    'a wildcard',
    (template) => rewriteCsp(template, "connect-src 'self'", "connect-src 'self' https://*.amazonaws.com"),
    [CSP],
    /allows https:\/\/\*/,
  ],
  [
    'all https origins',
    (template) => rewriteCsp(template, "script-src 'self'", 'script-src https:'),
    [CSP],
    /allows https:/,
  ],
  [
    'connections to another origin',
    (template) => rewriteCsp(template, "connect-src 'self'", "connect-src 'self' https://example.com"),
    [CSP],
    /a script could send tokens there/,
  ],
  [
    'no connection to the user pool',
    (template) => rewriteCsp(template, 'https://cognito-idp.', 'https://cognito.'),
    [CSP],
    /which sign-in needs/,
  ],
  [
    'no Trusted Types',
    (template) => rewriteCsp(template, "; require-trusted-types-for 'script'", ''),
    [CSP],
    /innerHTML/,
  ],
  [
    'a page that can be framed',
    (template) => rewriteCsp(template, "; frame-ancestors 'none'", ''),
    [CSP],
    /frame-ancestors is missing/,
  ],
  [
    'no default-src',
    (template) => rewriteCsp(template, "default-src 'none'; ", ''),
    [CSP],
    /object-src allows \*/,
  ],
])('reports %s', async (_, mutate, rules, problem) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect(result.rules).toEqual(rules);
  if (problem) expect(result.problems.join('\n')).toMatch(problem);
});
