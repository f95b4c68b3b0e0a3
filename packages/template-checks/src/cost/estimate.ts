import type { Template } from '@spa-on-aws/cloudformation';
import type { Usage } from './bill';
import type { Load } from './load';

/** What a part of a template uses of what has a price, under some load. */
export interface Estimate {
  readonly usages: readonly Usage[];
  /** What one has to know to read the number. */
  readonly remarks: readonly string[];
}

/** Reads off a template what a part of it uses. */
export type Estimator = (template: Template, load: Load) => Estimate;

export const NOTHING: Estimate = { usages: [], remarks: [] };

/** Several estimates as one. */
export function combined(estimates: readonly Estimate[]): Estimate {
  return {
    usages: estimates.flatMap((estimate) => estimate.usages),
    remarks: [...new Set(estimates.flatMap((estimate) => estimate.remarks))],
  };
}
