import { z } from 'zod';
import type { HeaderList } from '../../../http/header-list';
import { isInIpRanges, isIpRange } from '../../../http/ip-range';

/** The properties of a request that rules compare. */
export interface RuleRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Not decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: HeaderList;
  /** Address of the load balancer's client. */
  readonly sourceIp: string;
}

const Values = z.array(z.string()).min(1);
const Config = z.strictObject({ Values });
const QueryPairs = z.array(z.strictObject({ Key: z.string().optional(), Value: z.string() })).min(1);

/** One of a rule's `Conditions`. Patterns have `*` and `?`. */
export const RuleCondition = z.union([
  z
    .union([
      z.strictObject({ Field: z.literal('path-pattern'), Values }),
      z.strictObject({ Field: z.literal('path-pattern'), PathPatternConfig: Config }),
    ])
    .transform((given) => ({
      field: 'path' as const,
      patterns: 'Values' in given ? given.Values : given.PathPatternConfig.Values,
    })),
  z
    .union([
      z.strictObject({ Field: z.literal('host-header'), Values }),
      z.strictObject({ Field: z.literal('host-header'), HostHeaderConfig: Config }),
    ])
    .transform((given) => ({
      field: 'host' as const,
      patterns: 'Values' in given ? given.Values : given.HostHeaderConfig.Values,
    })),
  z
    .strictObject({ Field: z.literal('http-request-method'), HttpRequestMethodConfig: Config })
    .transform((given) => ({ field: 'method' as const, methods: given.HttpRequestMethodConfig.Values })),
  z
    .strictObject({
      Field: z.literal('http-header'),
      HttpHeaderConfig: z.strictObject({ HttpHeaderName: z.string(), Values }),
    })
    .transform(({ HttpHeaderConfig: { HttpHeaderName, Values: patterns } }) => ({
      field: 'header' as const,
      name: HttpHeaderName,
      patterns,
    })),
  z
    .strictObject({
      Field: z.literal('query-string'),
      QueryStringConfig: z.strictObject({ Values: QueryPairs }),
    })
    .transform((given) => ({ field: 'query' as const, pairs: given.QueryStringConfig.Values })),
  z
    .strictObject({
      Field: z.literal('source-ip'),
      SourceIpConfig: z.strictObject({
        Values: z.array(z.string().refine(isIpRange, 'must be an IP address or a CIDR block')).min(1),
      }),
    })
    .transform((given) => ({ field: 'source-ip' as const, ranges: given.SourceIpConfig.Values })),
]);

export type RuleCondition = z.output<typeof RuleCondition>;

/** Tells whether a request meets a condition. Paths are case-sensitive; hosts, headers and queries are not. */
export function meetsCondition(condition: RuleCondition, request: RuleRequest): boolean {
  switch (condition.field) {
    case 'path':
      return condition.patterns.some((pattern) => glob(pattern).test(request.path));
    case 'host':
      return condition.patterns.some((pattern) => glob(pattern, 'i').test(request.host));
    case 'method':
      return condition.methods.includes(request.method);
    case 'header': {
      const values = request.headers.getAll(condition.name);
      return condition.patterns.some((pattern) => values.some((value) => glob(pattern, 'i').test(value)));
    }
    case 'query':
      return condition.pairs.some(({ Key, Value }) =>
        request.query.some(
          ([name, value]) => (Key === undefined || glob(Key, 'i').test(name)) && glob(Value, 'i').test(value),
        ),
      );
    case 'source-ip':
      return isInIpRanges(request.sourceIp, condition.ranges);
  }
}

function glob(text: string, flags = ''): RegExp {
  const expression = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, `s${flags}`);
}
