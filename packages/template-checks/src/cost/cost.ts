import type { Template } from '@spa-on-aws/cloudformation';
import { estimateFirewalls, estimateRouteMetrics, estimateTables, estimateWatching } from './around';
import { bill, type Line } from './bill';
import { estimateCapacity } from './capacity';
import { estimateEdge } from './edge';
import { combined, type Estimator } from './estimate';
import { estimateGateway } from './gateway';
import { Load } from './load';
import { estimateNetwork } from './network';
import { unpriced } from './unpriced';

/** In the order in which people look for them: what costs while nothing happens comes first. */
const ESTIMATORS: readonly Estimator[] = [
  estimateNetwork,
  estimateCapacity,
  estimateWatching,
  estimateRouteMetrics,
  estimateFirewalls,
  estimateGateway,
  estimateEdge,
  estimateTables,
];

/** Loads that are always shown, in requests a second; nothing at all is the idle cost. */
export const USUAL_LOADS: readonly number[] = [0, 1, 10, 1000];

/** A month's bill under one load. */
export interface MonthlyBill {
  readonly load: Load;
  readonly lines: readonly Line[];
  readonly usd: number;
  readonly remarks: readonly string[];
}

/** What a stage costs a month, under several loads. */
export interface CostReport {
  readonly bills: readonly MonthlyBill[];
  readonly unpriced: readonly string[];
}

/**
 * Computes what a template's resources cost a month in us-east-1.
 *
 * @param withFreeUnits whether the account's free units count: they are the account's, so other stacks use them too
 */
export function costOfStage(
  template: Template,
  requestsPerSecond: readonly number[],
  withFreeUnits: boolean,
): CostReport {
  const bills = requestsPerSecond.map((count) => {
    const load = new Load(count);
    const { usages, remarks } = combined(ESTIMATORS.map((estimate) => estimate(template, load)));
    const lines = bill(usages, withFreeUnits);
    return { load, lines, usd: lines.reduce((sum, line) => sum + line.usd, 0), remarks };
  });
  return { bills, unpriced: unpriced(template) };
}
