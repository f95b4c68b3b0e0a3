import { request, text } from './requests';
import { stackOf } from './stacks';
import { HeaderList } from '../src/http/header-list';
import type { Request, Response } from '../src/http/message';
import { type Distribution, readDistributions } from '../src/services/cloudfront/model/distribution';
import { EdgeCache, type EdgeCacheLimits } from '../src/services/cloudfront/pipeline/cache/edge-cache';
import { distributionHandler } from '../src/services/cloudfront/pipeline/handler';
import type { OriginServer } from '../src/services/cloudfront/pipeline/origin/server';

/** Ids of managed cache policies. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
export const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
export const USE_ORIGIN_CACHE_CONTROL = '83da9c7e-98b4-4e11-a168-04f0df8e2c65';

/** Changes to a distribution with one behavior and one custom origin, `origin.example`. */
export interface EdgeChange {
  /** Of the default behavior. */
  readonly behavior?: object;
  /** Of the origin. */
  readonly origin?: object;
  /** Of `DistributionConfig`. */
  readonly config?: object;
  /** More resources. */
  readonly resources?: Record<string, { Type: string; Properties: object }>;
  readonly limits?: EdgeCacheLimits;
  /** More servers, by host name. */
  readonly servers?: Record<string, OriginServer>;
}

/** A cache policy for {@link EdgeChange.resources}; name it with `{ Ref: 'Policy' }`. */
export function cachePolicy(
  ttl: { readonly min?: number; readonly default?: number; readonly max?: number },
  key: { readonly headers?: string[]; readonly cookies?: string[]; readonly query?: string[] | 'all' } = {},
) {
  const selection = (behaviorKey: string, namesKey: string, names: string[] | 'all' | undefined) =>
    names === undefined || names === 'all'
      ? { [behaviorKey]: names ?? 'none' }
      : { [behaviorKey]: 'whitelist', [namesKey]: names };
  return {
    Policy: {
      Type: 'AWS::CloudFront::CachePolicy',
      Properties: {
        CachePolicyConfig: {
          Name: 'test-policy',
          MinTTL: ttl.min ?? 0,
          DefaultTTL: ttl.default ?? 60,
          MaxTTL: ttl.max ?? 3600,
          ParametersInCacheKeyAndForwardedToOrigin: {
            EnableAcceptEncodingGzip: false,
            HeadersConfig: selection('HeaderBehavior', 'Headers', key.headers),
            CookiesConfig: selection('CookieBehavior', 'Cookies', key.cookies),
            QueryStringsConfig: selection('QueryStringBehavior', 'QueryStrings', key.query),
          },
        },
      },
    },
  };
}

/** Reads the distribution of a test. */
export function testDistribution(change: EdgeChange = {}): Distribution {
  const stack = stackOf({
    ...change.resources,
    Site: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          Origins: [
            {
              Id: 'files',
              DomainName: 'origin.example',
              CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
              ...change.origin,
            },
          ],
          DefaultCacheBehavior: {
            TargetOriginId: 'files',
            ViewerProtocolPolicy: 'allow-all',
            CachePolicyId: CACHING_OPTIMIZED,
            Compress: true,
            ...change.behavior,
          },
          ...change.config,
        },
      },
    },
  });
  const [distribution] = readDistributions(stack);
  if (!distribution) throw new Error('no distribution');
  return distribution;
}

/** Response of the origin: status, headers, and body. */
export type OriginAnswer = readonly [
  status: number,
  headers?: Readonly<Record<string, string>>,
  body?: Response['body'] | string,
];

/** A distribution in front of an origin whose responses the test sets. */
export function testEdge(change: EdgeChange = {}) {
  const received: Request[] = [];
  const clock = { now: Date.parse('2026-05-01T12:00:00Z') };
  let respond: (asked: Request) => OriginAnswer | Promise<OriginAnswer> = () => [200, {}, 'ok'];
  const origin: OriginServer = async (asked) => {
    received.push(asked);
    const [status, headers = {}, body] = await respond(asked);
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const list = new HeaderList(Object.entries(headers));
    if (Buffer.isBuffer(bytes) && !list.has('content-length'))
      list.set('Content-Length', String(bytes.length));
    return { status, headers: list, body: asked.method === 'HEAD' ? undefined : bytes };
  };
  const cache = new EdgeCache(change.limits);
  const backgroundFaults: unknown[] = [];
  const handle = distributionHandler(testDistribution(change), {
    originServers: new Map([['origin.example', origin], ...Object.entries(change.servers ?? {})]),
    accountId: '000000000000',
    now: () => clock.now,
    cache,
    onBackgroundFault: (error) => backgroundFaults.push(error),
  });
  return {
    handle,
    cache,
    /** Errors of requests that no viewer waited for. */
    backgroundFaults,
    /** Requests that the origin received, in order. */
    received,
    pass: (seconds: number) => void (clock.now += seconds * 1000),
    answerWith: (...answer: OriginAnswer) => void (respond = () => answer),
    answerBy: (answer: typeof respond) => void (respond = answer),
    /** Sends a request and reads the complete response. */
    ask: async (
      target: string,
      headers: Record<string, string> = {},
      other: { method?: string; httpVersion?: string } = {},
    ) => {
      const asked = request(target, { headers: Object.entries(headers), ...other });
      const response = await handle(asked);
      return {
        status: response.status,
        headers: response.headers,
        cache: response.headers.get('x-cache')?.replace(' from cloudfront', ''),
        body: await text(response),
        trace: asked.trace,
      };
    },
  };
}
