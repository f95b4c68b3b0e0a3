import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { templateOf } from '../../test/synthesized';
import { SecurityHeaders } from './security-headers';

function policyOf(connectSources?: string[]) {
  const template = templateOf((stack) => {
    new SecurityHeaders(stack, 'Headers', connectSources ? { connectSources } : {});
  });
  const [policy] = Object.values(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
  return policy?.['Properties'].ResponseHeadersPolicyConfig;
}

test('the Content-Security-Policy allows the own origin and the given ones, and nothing inline', () => {
  const { ContentSecurityPolicy } = policyOf([
    'https://a.example',
    'https://b.example',
  ]).SecurityHeadersConfig;
  expect(ContentSecurityPolicy).toEqual({
    ContentSecurityPolicy:
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
      "manifest-src 'self'; connect-src 'self' https://a.example https://b.example; base-uri 'none'; " +
      "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    Override: true,
  });
});

test('the page only connects to its own origin if no other is given', () => {
  const { ContentSecurityPolicy } = policyOf().SecurityHeadersConfig;
  expect(ContentSecurityPolicy.ContentSecurityPolicy).toContain("connect-src 'self';");
});

test('security headers override the origin’s headers', () => {
  expect(policyOf().SecurityHeadersConfig).toMatchObject({
    StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true, Override: true },
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: 'DENY', Override: true },
    ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: true },
  });
  expect(policyOf().CustomHeadersConfig.Items).toEqual([
    { Header: 'Cross-Origin-Opener-Policy', Value: 'same-origin', Override: true },
    {
      Header: 'Permissions-Policy',
      Value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      Override: true,
    },
  ]);
});

test('the policy’s name contains the region, so that a stage can be deployed to several regions', () => {
  expect(rendered(policyOf().Name)).toBe('test-${AWS::Region}-security-headers');
});
