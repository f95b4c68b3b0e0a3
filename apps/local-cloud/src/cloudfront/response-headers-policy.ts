import { z } from 'zod';
import type { HeaderList } from '../http/header-list';
import { cfnBoolean, cfnInteger, withoutEffect } from '../template/properties';
import type { Stack } from '../template/stack';

/** A header the policy sets; without `override` only when the origin did not. */
interface PolicyHeader {
  readonly name: string;
  readonly value: string;
  readonly override: boolean;
}

/** What is taken from and added to each response of a behavior. */
export interface ResponseHeadersPolicy {
  readonly name: string;
  /** In lower case; taken away before anything is added (row CF-RHP-03). */
  readonly remove: readonly string[];
  readonly headers: readonly PolicyHeader[];
}

/** Managed policies by id (row CF-RHP-01). */
const MANAGED: Readonly<Record<string, ResponseHeadersPolicy>> = {
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    name: 'Managed-SecurityHeadersPolicy',
    remove: [],
    headers: [
      { name: 'Referrer-Policy', value: 'strict-origin-when-cross-origin', override: false },
      { name: 'Strict-Transport-Security', value: 'max-age=31536000', override: false },
      { name: 'X-Content-Type-Options', value: 'nosniff', override: true },
      { name: 'X-Frame-Options', value: 'SAMEORIGIN', override: false },
      { name: 'X-XSS-Protection', value: '1; mode=block', override: false },
    ],
  },
};

const Override = cfnBoolean;

const SecurityHeaders = z.strictObject({
  ContentSecurityPolicy: z.strictObject({ ContentSecurityPolicy: z.string(), Override }).optional(),
  ContentTypeOptions: z.strictObject({ Override }).optional(),
  FrameOptions: z.strictObject({ FrameOption: z.enum(['DENY', 'SAMEORIGIN']), Override }).optional(),
  ReferrerPolicy: z.strictObject({ ReferrerPolicy: z.string(), Override }).optional(),
  StrictTransportSecurity: z
    .strictObject({
      AccessControlMaxAgeSec: cfnInteger,
      IncludeSubdomains: cfnBoolean.default(false),
      Preload: cfnBoolean.default(false),
      Override,
    })
    .optional(),
  XSSProtection: z
    .strictObject({ Protection: cfnBoolean, ModeBlock: cfnBoolean.default(false), Override })
    .optional(),
});

const ResponseHeadersPolicyProperties = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: z.string(),
    SecurityHeadersConfig: SecurityHeaders.default({}),
    CustomHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ Header: z.string(), Value: z.string(), Override })) })
      .default({ Items: [] }),
    RemoveHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ Header: z.string() })) })
      .default({ Items: [] }),
    ...withoutEffect('Comment'),
  }),
});

function securityHeaders(config: z.output<typeof SecurityHeaders>): PolicyHeader[] {
  const headers: PolicyHeader[] = [];
  const add = (name: string, value: string, override: boolean): number =>
    headers.push({ name, value, override });
  const { ContentSecurityPolicy: csp, StrictTransportSecurity: hsts, XSSProtection: xss } = config;
  if (csp) add('Content-Security-Policy', csp.ContentSecurityPolicy, csp.Override);
  if (config.ContentTypeOptions) add('X-Content-Type-Options', 'nosniff', config.ContentTypeOptions.Override);
  if (config.FrameOptions)
    add('X-Frame-Options', config.FrameOptions.FrameOption, config.FrameOptions.Override);
  if (config.ReferrerPolicy)
    add('Referrer-Policy', config.ReferrerPolicy.ReferrerPolicy, config.ReferrerPolicy.Override);
  if (hsts) {
    const flags = `${hsts.IncludeSubdomains ? '; includeSubDomains' : ''}${hsts.Preload ? '; preload' : ''}`;
    add('Strict-Transport-Security', `max-age=${hsts.AccessControlMaxAgeSec}${flags}`, hsts.Override);
  }
  if (xss)
    add('X-XSS-Protection', xss.Protection ? `1${xss.ModeBlock ? '; mode=block' : ''}` : '0', xss.Override);
  return headers;
}

/** AWS's managed response headers policies and those of the stack, by id. */
export function readResponseHeadersPolicies(stack: Stack): ReadonlyMap<string, ResponseHeadersPolicy> {
  const policies = new Map(Object.entries(MANAGED));
  for (const resource of stack.ofType('AWS::CloudFront::ResponseHeadersPolicy')) {
    const { ResponseHeadersPolicyConfig: config } = resource.read(ResponseHeadersPolicyProperties);
    policies.set(resource.ref, {
      name: config.Name,
      remove: config.RemoveHeadersConfig.Items.map(({ Header }) => Header.toLowerCase()),
      headers: [
        ...securityHeaders(config.SecurityHeadersConfig),
        ...config.CustomHeadersConfig.Items.map(({ Header, Value, Override: override }) => ({
          name: Header,
          value: Value,
          override,
        })),
      ],
    });
  }
  return policies;
}

/** Applies the policy to a response's headers in place: removals first, then additions (rows CF-RHP-02 and CF-RHP-03). */
export function applyResponseHeadersPolicy(policy: ResponseHeadersPolicy, headers: HeaderList): void {
  for (const name of policy.remove) headers.delete(name);
  for (const { name, value, override } of policy.headers) {
    if (override || !headers.has(name)) headers.set(name, value);
  }
}
