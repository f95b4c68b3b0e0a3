import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import type { HeaderList } from '../../http/header-list';

/** What a rule looks at. */
export interface RuleRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Values by name, as they stand in the query. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: HeaderList;
  /** Who called the load balancer. */
  readonly sourceIp: string;
}

/** Whether a request is one that a rule is for. */
export type RuleCondition = (request: RuleRequest) => boolean;

const Values = z.strictObject({ Values: z.array(z.string()).min(1) });

/** One of a rule's `Conditions`. */
export const ConditionProperties = z.union([
  z.strictObject({ Field: z.literal('path-pattern'), Values: z.array(z.string()).min(1) }),
  z.strictObject({ Field: z.literal('host-header'), Values: z.array(z.string()).min(1) }),
  z.strictObject({ Field: z.literal('path-pattern'), PathPatternConfig: Values }),
  z.strictObject({ Field: z.literal('host-header'), HostHeaderConfig: Values }),
  z.strictObject({ Field: z.literal('http-request-method'), HttpRequestMethodConfig: Values }),
  z.strictObject({
    Field: z.literal('http-header'),
    HttpHeaderConfig: z.strictObject({ HttpHeaderName: z.string(), Values: z.array(z.string()).min(1) }),
  }),
  z.strictObject({
    Field: z.literal('query-string'),
    QueryStringConfig: z.strictObject({
      Values: z.array(z.strictObject({ Key: z.string().optional(), Value: z.string() })).min(1),
    }),
  }),
  z.strictObject({ Field: z.literal('source-ip'), SourceIpConfig: Values }),
]);

/** Patterns have `*` and `?`; paths are compared with case, hosts and header values without. */
export function readCondition(properties: z.output<typeof ConditionProperties>): RuleCondition {
  switch (properties.Field) {
    case 'path-pattern': {
      const patterns = ('Values' in properties ? properties.Values : properties.PathPatternConfig.Values).map(
        (text) => glob(text),
      );
      return ({ path }) => patterns.some((pattern) => pattern.test(path));
    }
    case 'host-header': {
      const patterns = ('Values' in properties ? properties.Values : properties.HostHeaderConfig.Values).map(
        (text) => glob(text, 'i'),
      );
      return ({ host }) => patterns.some((pattern) => pattern.test(host));
    }
    case 'http-request-method': {
      const { Values: methods } = properties.HttpRequestMethodConfig;
      return ({ method }) => methods.includes(method);
    }
    case 'http-header': {
      const { HttpHeaderName: name, Values: texts } = properties.HttpHeaderConfig;
      const patterns = texts.map((text) => glob(text, 'i'));
      return ({ headers }) =>
        headers.getAll(name).some((value) => patterns.some((pattern) => pattern.test(value)));
    }
    case 'query-string': {
      const pairs = properties.QueryStringConfig.Values.map(({ Key, Value }) => ({
        key: Key === undefined ? undefined : glob(Key, 'i'),
        value: glob(Value, 'i'),
      }));
      return ({ query }) =>
        pairs.some(({ key, value }) =>
          query.some(([name, text]) => (key?.test(name) ?? true) && value.test(text)),
        );
    }
    case 'source-ip': {
      const list = new BlockList();
      for (const network of properties.SourceIpConfig.Values) {
        const [address = '', prefix = '32'] = network.split('/');
        list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
      }
      return ({ sourceIp }) =>
        isIP(sourceIp) !== 0 && list.check(sourceIp, isIP(sourceIp) === 6 ? 'ipv6' : 'ipv4');
    }
  }
}

function glob(text: string, flags = ''): RegExp {
  const expression = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, `s${flags}`);
}
