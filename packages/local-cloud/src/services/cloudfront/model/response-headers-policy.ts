import { z } from 'zod';
import { cfnBoolean, cfnInteger, type Stack, withoutEffect } from '@spa-on-aws/cloudformation';
import { CORS_WITH_PREFLIGHT, type CorsPolicy, CorsProperties, SIMPLE_CORS } from './cors-policy';

/** A header that the policy sets; without `override` only when the response does not have it. */
interface PolicyHeader {
  readonly name: string;
  readonly value: string;
  readonly override: boolean;
}

/** A response headers policy: the headers that are removed from and added to each response of a behavior. */
export interface ResponseHeadersPolicy {
  readonly name: string;
  /** In lower case; removed before headers are added (row CF-RHP-03). */
  readonly remove: readonly string[];
  readonly cors?: CorsPolicy | undefined;
  readonly headers: readonly PolicyHeader[];
  /** Percentage of responses with `Server-Timing`; absent when no response has it. */
  readonly serverTiming?: { readonly samplingRate: number } | undefined;
}

const SECURITY_HEADERS: readonly PolicyHeader[] = [
  { name: 'Referrer-Policy', value: 'strict-origin-when-cross-origin', override: false },
  { name: 'Strict-Transport-Security', value: 'max-age=31536000', override: false },
  { name: 'X-Content-Type-Options', value: 'nosniff', override: true },
  { name: 'X-Frame-Options', value: 'SAMEORIGIN', override: false },
  { name: 'X-XSS-Protection', value: '1; mode=block', override: false },
];

const managed = (
  name: string,
  cors: CorsPolicy | undefined,
  headers: readonly PolicyHeader[],
): ResponseHeadersPolicy => ({ name: `Managed-${name}`, remove: [], cors, headers });

/** Managed policies by id (row CF-RHP-01, and the developer guide's list). */
const MANAGED: Readonly<Record<string, ResponseHeadersPolicy>> = {
  '67f7725c-6f97-4210-82d7-5512b31e9d03': managed('SecurityHeadersPolicy', undefined, SECURITY_HEADERS),
  '60669652-455b-4ae9-85a4-c4c02393f86c': managed('SimpleCORS', SIMPLE_CORS, []),
  '5cc3b908-e619-4b99-88e5-2cf7f45965bd': managed('CORS-With-Preflight', CORS_WITH_PREFLIGHT, []),
  'e61eb60c-9c35-4d20-a928-2b84e02af89c': managed(
    'CORS-and-SecurityHeadersPolicy',
    SIMPLE_CORS,
    SECURITY_HEADERS,
  ),
  'eaab4381-ed33-4a86-88ca-d9558dc6cd63': managed(
    'CORS-with-preflight-and-SecurityHeadersPolicy',
    CORS_WITH_PREFLIGHT,
    SECURITY_HEADERS,
  ),
};

const Value = z.string().regex(/^[^\r\n\0]*$/, 'must be one line');
const Name = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header');
const Override = cfnBoolean;

const SecurityHeaders = z.strictObject({
  ContentSecurityPolicy: z.strictObject({ ContentSecurityPolicy: Value, Override }).optional(),
  ContentTypeOptions: z.strictObject({ Override }).optional(),
  FrameOptions: z.strictObject({ FrameOption: z.enum(['DENY', 'SAMEORIGIN']), Override }).optional(),
  ReferrerPolicy: z
    .strictObject({
      ReferrerPolicy: z.enum([
        'no-referrer',
        'no-referrer-when-downgrade',
        'origin',
        'origin-when-cross-origin',
        'same-origin',
        'strict-origin',
        'strict-origin-when-cross-origin',
        'unsafe-url',
      ]),
      Override,
    })
    .optional(),
  StrictTransportSecurity: z
    .strictObject({
      AccessControlMaxAgeSec: cfnInteger,
      IncludeSubdomains: cfnBoolean.default(false),
      Preload: cfnBoolean.default(false),
      Override,
    })
    .optional(),
  XSSProtection: z
    .strictObject({
      Protection: cfnBoolean,
      ModeBlock: cfnBoolean.default(false),
      ReportUri: z.string().optional(),
      Override,
    })
    .optional(),
});

const CustomHeaders = z.strictObject({
  Items: z.array(z.strictObject({ Header: Name, Value: Value.default(''), Override })),
});

const RemoveHeaders = z.strictObject({ Items: z.array(z.strictObject({ Header: Name })) });

/** Schema of `ServerTimingHeadersConfig`; the sampling rate is a percentage. */
const ServerTimingProperties = z
  .strictObject({
    Enabled: cfnBoolean,
    SamplingRate: z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\d+(\.\d+)?$/)
          .transform(Number),
      ])
      .optional(),
  })
  .refine(({ SamplingRate: rate = 0 }) => rate >= 0 && rate <= 100, {
    path: ['SamplingRate'],
    error: 'must be from 0 to 100',
  })
  .transform(({ Enabled, SamplingRate }) => (Enabled ? { samplingRate: SamplingRate ?? 0 } : undefined));

const ResponseHeadersPolicyProperties = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: z.string(),
    CorsConfig: CorsProperties.optional(),
    SecurityHeadersConfig: SecurityHeaders.default({}),
    CustomHeadersConfig: CustomHeaders.default({ Items: [] }),
    RemoveHeadersConfig: RemoveHeaders.default({ Items: [] }),
    ServerTimingHeadersConfig: ServerTimingProperties.optional(),
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
  if (xss) {
    const report = xss.ReportUri === undefined ? '' : `; report=${xss.ReportUri}`;
    const value = xss.Protection ? `1${xss.ModeBlock ? '; mode=block' : ''}${report}` : '0';
    add('X-XSS-Protection', value, xss.Override);
  }
  return headers;
}

/** Reads AWS's managed response headers policies and those of the stack, by id. */
export function readResponseHeadersPolicies(stack: Stack): ReadonlyMap<string, ResponseHeadersPolicy> {
  const policies = new Map(Object.entries(MANAGED));
  for (const resource of stack.ofType('AWS::CloudFront::ResponseHeadersPolicy')) {
    const { ResponseHeadersPolicyConfig: config } = resource.read(ResponseHeadersPolicyProperties);
    policies.set(resource.ref, {
      name: config.Name,
      remove: config.RemoveHeadersConfig.Items.map(({ Header }) => Header.toLowerCase()),
      cors: config.CorsConfig,
      headers: [
        ...securityHeaders(config.SecurityHeadersConfig),
        ...config.CustomHeadersConfig.Items.map(({ Header, Value: value, Override: override }) => ({
          name: Header,
          value,
          override,
        })),
      ],
      serverTiming: config.ServerTimingHeadersConfig,
    });
  }
  return policies;
}
