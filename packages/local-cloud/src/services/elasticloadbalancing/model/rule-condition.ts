import { z } from 'zod';
import type { HeaderList } from '../../../http/header-list';
import { isInIpRanges, isIpRange, matchesWildcard } from '../../iam-policy';

interface RuleRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Not decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: HeaderList;
  readonly sourceIp: string;
}

const Values = z.array(z.string()).min(1);
const Config = z.strictObject({ Values });
const IpRange = z.string().refine(isIpRange, 'must be an IP address or a CIDR block');
const QueryPair = z.strictObject({ Key: z.string().optional(), Value: z.string() });

/** One of a rule's `Conditions`. Patterns have `*` and `?`. */
export const RuleCondition = z.union([
  z.strictObject({ Field: z.literal('path-pattern'), Values }),
  z.strictObject({ Field: z.literal('path-pattern'), PathPatternConfig: Config }),
  z.strictObject({ Field: z.literal('host-header'), Values }),
  z.strictObject({ Field: z.literal('host-header'), HostHeaderConfig: Config }),
  z.strictObject({ Field: z.literal('http-request-method'), HttpRequestMethodConfig: Config }),
  z.strictObject({
    Field: z.literal('http-header'),
    HttpHeaderConfig: z.strictObject({ HttpHeaderName: z.string(), Values }),
  }),
  z.strictObject({
    Field: z.literal('query-string'),
    QueryStringConfig: z.strictObject({ Values: z.array(QueryPair).min(1) }),
  }),
  z.strictObject({
    Field: z.literal('source-ip'),
    SourceIpConfig: z.strictObject({ Values: z.array(IpRange).min(1) }),
  }),
]);

export type RuleCondition = z.output<typeof RuleCondition>;

/** Tells whether a request meets a condition. Paths are case-sensitive; hosts, headers and queries are not. */
export function meetsCondition(condition: RuleCondition, request: RuleRequest): boolean {
  switch (condition.Field) {
    case 'path-pattern': {
      const patterns = 'Values' in condition ? condition.Values : condition.PathPatternConfig.Values;
      return patterns.some((pattern) => matchesWildcard(pattern, request.path));
    }
    case 'host-header': {
      const patterns = 'Values' in condition ? condition.Values : condition.HostHeaderConfig.Values;
      return patterns.some((pattern) => matchesWildcard(pattern, request.host, 'i'));
    }
    case 'http-request-method':
      return condition.HttpRequestMethodConfig.Values.includes(request.method);
    case 'http-header': {
      const { HttpHeaderName: name, Values: patterns } = condition.HttpHeaderConfig;
      const values = request.headers.getAll(name);
      return patterns.some((pattern) => values.some((value) => matchesWildcard(pattern, value, 'i')));
    }
    case 'query-string':
      return condition.QueryStringConfig.Values.some(({ Key = '*', Value }) =>
        request.query.some(
          ([name, value]) => matchesWildcard(Key, name, 'i') && matchesWildcard(Value, value, 'i'),
        ),
      );
    case 'source-ip':
      return isInIpRanges(request.sourceIp, condition.SourceIpConfig.Values);
  }
}
