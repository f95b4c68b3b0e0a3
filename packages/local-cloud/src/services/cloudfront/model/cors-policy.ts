import { z } from 'zod';
import type { Request } from '../../../http/message';
import { cfnBoolean, cfnInteger } from '@spa-on-aws/cloudformation';

/** The CORS part of a response headers policy (row CF-RHP-07). */
export interface CorsPolicy {
  /** `*`, origins, or hosts with a wildcard in front, e.g. `https://*.example.org`. */
  readonly allowOrigins: readonly string[];
  readonly allowCredentials: boolean;
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  /** Whether the policy's headers replace those of the origin. */
  readonly override: boolean;
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

const items = <Item extends z.ZodType<string>>(item: Item) => z.strictObject({ Items: z.array(item) });

/** A wildcard stands for the whole, or for what is left of a domain. */
const AllowOrigin = z
  .string()
  .regex(/^(\*|([a-z][a-z0-9+.-]*:\/\/)?(\*\.)?[^*/]+)$/i, 'the wildcard may only be leftmost in the domain');

/** `CorsConfig`, as the template has it. */
export const CorsProperties = z
  .strictObject({
    AccessControlAllowCredentials: cfnBoolean,
    AccessControlAllowHeaders: items(z.string()),
    AccessControlAllowMethods: items(z.enum([...METHODS, 'ALL'])),
    AccessControlAllowOrigins: items(AllowOrigin),
    AccessControlExposeHeaders: items(z.string()).optional(),
    AccessControlMaxAgeSec: cfnInteger.optional(),
    OriginOverride: cfnBoolean,
  })
  .transform((config): CorsPolicy => ({
    allowOrigins: config.AccessControlAllowOrigins.Items,
    allowCredentials: config.AccessControlAllowCredentials,
    allowMethods: config.AccessControlAllowMethods.Items.includes('ALL')
      ? METHODS
      : config.AccessControlAllowMethods.Items,
    allowHeaders: config.AccessControlAllowHeaders.Items,
    exposeHeaders: config.AccessControlExposeHeaders?.Items ?? [],
    maxAgeSeconds: config.AccessControlMaxAgeSec,
    override: config.OriginOverride,
  }));

/** What the managed policies say: any origin, and nothing replaced. */
export const SIMPLE_CORS: CorsPolicy = {
  allowOrigins: ['*'],
  allowCredentials: false,
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  maxAgeSeconds: undefined,
  override: false,
};

/** The same with preflight requests. */
export const CORS_WITH_PREFLIGHT: CorsPolicy = {
  ...SIMPLE_CORS,
  allowMethods: METHODS,
  exposeHeaders: ['*'],
};

/**
 * The CORS headers that the policy has for a request: none without `Origin`, none for an origin that is not allowed;
 * those of a preflight only for one (rows CF-RHP-07 and CF-RHP-08).
 */
export function corsHeaders(
  policy: CorsPolicy,
  { method, headers }: Pick<Request, 'method' | 'headers'>,
): [name: string, value: string][] {
  const origin = headers.get('origin');
  const allowed = origin === undefined ? undefined : allowedOrigin(policy, origin);
  if (allowed === undefined) return [];
  const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method');
  const found: [string, string | undefined][] = [
    ['Access-Control-Allow-Origin', allowed],
    ['Access-Control-Allow-Credentials', policy.allowCredentials ? 'true' : undefined],
    ['Access-Control-Expose-Headers', listed(policy.exposeHeaders)],
  ];
  if (isPreflight) {
    found.push(
      ['Access-Control-Allow-Methods', listed(policy.allowMethods)],
      ['Access-Control-Allow-Headers', listed(policy.allowHeaders)],
      ['Access-Control-Max-Age', policy.maxAgeSeconds?.toString()],
    );
  }
  return found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function listed(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(', ');
}

/** `*` when any origin is allowed, the origin itself when it is one of those listed. */
function allowedOrigin({ allowOrigins }: CorsPolicy, origin: string): string | undefined {
  if (allowOrigins.includes('*')) return '*';
  return allowOrigins.some((pattern) => matches(pattern, origin)) ? origin : undefined;
}

function matches(pattern: string, origin: string): boolean {
  const [, scheme, host] = /^(?:([^:]+):\/\/)?(.*)$/.exec(pattern.toLowerCase()) ?? [];
  const [, originScheme, originHost = ''] = /^([^:]+):\/\/(.*)$/.exec(origin.toLowerCase()) ?? [];
  if (originScheme === undefined || host === undefined) return false;
  if (scheme !== undefined && scheme !== originScheme) return false;
  return host.startsWith('*.')
    ? originHost.endsWith(host.slice(1)) && originHost !== host.slice(1)
    : originHost === host;
}
