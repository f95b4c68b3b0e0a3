import { Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';

/** Properties of {@link SecurityHeaders}. */
export interface SecurityHeadersProps {
  /**
   * Origins the page may connect to besides its own, without a trailing slash.
   *
   * @default none
   */
  readonly connectSources?: readonly string[];
}

/**
 * The response headers policy of the site: an exact Content-Security-Policy and the headers that go with it.
 *
 * It allows no inline script or style, no `eval`, no framing and no string-to-script sink (Trusted Types).
 */
export class SecurityHeaders extends Construct {
  readonly policy: ResponseHeadersPolicy;

  constructor(scope: Construct, id: string, props: SecurityHeadersProps = {}) {
    super(scope, id);

    this.policy = new ResponseHeadersPolicy(this, 'Policy', {
      // Policy names are unique per account, not per region: one stage may live in two regions.
      responseHeadersPolicyName: `${Stack.of(this).stackName}-${Aws.REGION}-security-headers`,
      comment: 'Content-Security-Policy and security headers of the site',
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: contentSecurityPolicy(props.connectSources ?? []),
          override: true,
        },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: true,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: {
          referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true },
          {
            header: 'Permissions-Policy',
            value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
            override: true,
          },
        ],
      },
    });
  }
}

function contentSecurityPolicy(connectSources: readonly string[]): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `manifest-src 'self'`,
    ['connect-src', `'self'`, ...connectSources].join(' '),
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
  ].join('; ');
}
