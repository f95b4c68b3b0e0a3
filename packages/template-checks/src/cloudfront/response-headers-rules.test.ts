import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

const TAKEN = 'response-headers-policies-valid';
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
    /can become \d{4} characters long/,
  ],
  [
    'eleven custom headers',
    (template) => {
      for (let index = 0; index < 9; index += 1) custom(template, `X-Header-${index}`);
    },
    [TAKEN],
    /11 headers/,
  ],
  [
    'a security header as a custom one',
    (template) => custom(template, 'Strict-Transport-Security'),
    [TAKEN],
    /SecurityHeadersConfig/,
  ],
  [
    'a CORS header as a custom one',
    (template) => custom(template, 'Access-Control-Allow-Origin', '*'),
    [TAKEN],
    /CorsConfig/,
  ],
  [
    'a header CloudFront keeps to itself',
    (template) => custom(template, 'X-Cache'),
    [TAKEN],
    /cannot be set/,
  ],
  [
    'a header of a family CloudFront keeps to itself',
    (template) => custom(template, 'X-Amz-Cf-Anything'),
    [TAKEN],
    /cannot be set/,
  ],
  ['a header twice', (template) => custom(template, 'permissions-policy'), [TAKEN], /is there twice/],
  ['a name that is none', (template) => custom(template, 'No Name'), [TAKEN], /no name of a header/],
  [
    'a value that is too long',
    (template) => custom(template, 'X-Long', 'x'.repeat(1784)),
    [TAKEN],
    /1784 characters/,
  ],
  [
    'a header removed that stays',
    (template) => (policy(template).RemoveHeadersConfig = { Items: [{ Header: 'Content-Length' }] }),
    [TAKEN],
    /cannot be removed/,
  ],
  [
    'no policy on the page',
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
    'headers the origin may change',
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
    'any https',
    (template) => rewriteCsp(template, "script-src 'self'", 'script-src https:'),
    [CSP],
    /allows https:/,
  ],
  [
    'a foreign origin to connect to',
    (template) => rewriteCsp(template, "connect-src 'self'", "connect-src 'self' https://example.com"),
    [CSP],
    /a token could be sent there/,
  ],
  [
    'no way to the pool',
    (template) => rewriteCsp(template, 'https://cognito-idp.', 'https://cognito.'),
    [CSP],
    /sign-in could not work/,
  ],
  [
    'no Trusted Types',
    (template) => rewriteCsp(template, "; require-trusted-types-for 'script'", ''),
    [CSP],
    /innerHTML/,
  ],
  [
    'framing',
    (template) => rewriteCsp(template, "; frame-ancestors 'none'", ''),
    [CSP],
    /frame-ancestors is missing/,
  ],
  [
    'no default',
    (template) => rewriteCsp(template, "default-src 'none'; ", ''),
    [CSP],
    /object-src allows \*/,
  ],
])('%s', (_, mutate, rules, problem) => {
  const result = found(mutated((template) => void mutate(template)));
  expect(result.rules).toEqual(rules);
  if (problem) expect(result.problems.join('\n')).toMatch(problem);
});
