import { z } from 'zod';
import { cfnBoolean } from '@spa-on-aws/cloudformation';
import type { CacheResult } from '../edge-response';

/** `ServerTimingHeadersConfig`, as the template has it: how many of a hundred responses get the header. */
export const ServerTimingProperties = z
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

/** What the header says. */
export interface TimingFacts {
  readonly result: CacheResult;
  readonly requestId: string;
  readonly pop: string;
  /** Milliseconds since the request came in. */
  readonly elapsedMs: number;
}

/** Whether a response gets the header: by chance, or because the request asks with `Pragma: server-timing`. */
export function isSampled(samplingRate: number, pragma: string | undefined, chance: number): boolean {
  return pragma?.trim().toLowerCase() === 'server-timing' || chance * 100 < samplingRate;
}

/** The value of `Server-Timing`: CloudFront's own metrics, behind those of the origin on a miss. */
export function serverTiming(facts: TimingFacts, fromOrigin: string | undefined): string {
  const said = `cdn-pop;desc="${facts.pop}",cdn-rid;desc="${facts.requestId}"`;
  const took = `cdn-downstream-fbl;dur=${Math.round(facts.elapsedMs)}`;
  switch (facts.result) {
    case 'Hit':
      return `cdn-cache-hit,${said},cdn-hit-layer;desc="EDGE",${took}`;
    case 'RefreshHit':
      return `cdn-cache-refresh,${said},${took}`;
    default: {
      const own = `cdn-upstream-layer;desc="EDGE",cdn-cache-miss,${said},${took}`;
      return fromOrigin === undefined ? own : `${fromOrigin},${own}`;
    }
  }
}
