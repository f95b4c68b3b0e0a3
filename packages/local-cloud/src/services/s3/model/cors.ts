import { z } from 'zod';
import { cfnInteger, withoutEffect } from '@spa-on-aws/cloudformation';
import type { HeaderList } from '../../../http/header-list';
import type { Request } from '../../../http/message';

/** A CORS rule of a bucket. */
export interface CorsRule {
  /** A `*` in an origin or header name matches any text. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** Seconds. */
  readonly maxAge: number | undefined;
}

const OneStar = z.string().regex(/^[^*]*\*?[^*]*$/, 'may contain at most one *');

/** Schema of `CorsConfiguration`. */
export const CorsConfiguration = z
  .strictObject({
    CorsRules: z.array(
      z.strictObject({
        AllowedOrigins: z.array(OneStar),
        AllowedMethods: z.array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])),
        AllowedHeaders: z.array(OneStar).default([]),
        ExposedHeaders: z.array(z.string()).default([]),
        MaxAge: cfnInteger.optional(),
        ...withoutEffect('Id'),
      }),
    ),
  })
  .transform(({ CorsRules }): readonly CorsRule[] =>
    CorsRules.map((rule) => ({
      allowedOrigins: rule.AllowedOrigins,
      allowedMethods: rule.AllowedMethods,
      allowedHeaders: rule.AllowedHeaders,
      exposedHeaders: rule.ExposedHeaders,
      maxAge: rule.MaxAge,
    })),
  );

/** Tells whether a request is a CORS preflight. */
export function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

/** Finds the first rule that allows a request or the request that a preflight announces. */
export function matchingRule(rules: readonly CorsRule[], { method, headers }: Request): CorsRule | undefined {
  const origin = headers.get('origin');
  if (origin === undefined) return undefined;
  const wanted = headers.get('access-control-request-method') ?? method;
  const names = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return rules.find(
    ({ allowedOrigins, allowedMethods, allowedHeaders }) =>
      allowedOrigins.some((pattern) => matches(pattern, origin)) &&
      allowedMethods.includes(wanted) &&
      names.every((name) => allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
}

/** Adds the CORS headers of a rule. */
export function addCorsHeaders(response: HeaderList, rule: CorsRule, request: Request): HeaderList {
  const isOpen = rule.allowedOrigins.includes('*');
  response
    .set('Access-Control-Allow-Origin', isOpen ? '*' : (request.headers.get('origin') ?? ''))
    .set('Access-Control-Allow-Methods', rule.allowedMethods.join(', '));
  const asked = request.headers.get('access-control-request-headers');
  if (asked !== undefined) response.set('Access-Control-Allow-Headers', asked);
  if (rule.exposedHeaders.length > 0)
    response.set('Access-Control-Expose-Headers', rule.exposedHeaders.join(', '));
  if (rule.maxAge !== undefined) response.set('Access-Control-Max-Age', String(rule.maxAge));
  if (!isOpen) response.set('Access-Control-Allow-Credentials', 'true');
  return response.set('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

function matches(pattern: string, value: string): boolean {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return value === pattern;
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}
