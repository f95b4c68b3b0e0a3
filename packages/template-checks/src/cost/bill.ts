import type { Price } from './prices';

/** One position of a month's bill. */
export interface Line {
  /** What it is for, in words. */
  readonly item: string;
  /** How it was computed, `1 × 730 hours`. */
  readonly quantity: string;
  readonly usd: number;
}

/** A use of something that has a price. */
export interface Usage {
  readonly item: string;
  readonly price: Price;
  readonly units: number;
}

/**
 * What some units cost: free ones first, then step by step.
 *
 * @param withFreeUnits whether the account's free units are there to be used
 */
export function costOf(price: Price, units: number, withFreeUnits: boolean): number {
  let left = Math.max(0, units - (withFreeUnits ? (price.free ?? 0) : 0));
  let usd = 0;
  for (const step of price.steps) {
    const counted = Math.min(left, step.units);
    usd += counted * step.usd;
    left -= counted;
  }
  return usd;
}

/**
 * The positions of a bill: usages of one item are one position. Free units are the account's, so usages share them.
 */
export function bill(usages: readonly Usage[], withFreeUnits: boolean): readonly Line[] {
  const totals = new Map<Price, number>();
  for (const { price, units } of usages) totals.set(price, (totals.get(price) ?? 0) + units);

  const items = [...new Set(usages.map(({ item }) => item))];
  return items.map((item) => {
    const units = new Map<Price, number>();
    for (const usage of usages) {
      if (usage.item === item) units.set(usage.price, (units.get(usage.price) ?? 0) + usage.units);
    }
    let usd = 0;
    for (const [price, count] of units) {
      const total = totals.get(price) ?? 0;
      if (total > 0) usd += costOf(price, total, withFreeUnits) * (count / total);
    }
    const quantity = [...units].map(([price, count]) => `${rounded(count)} × ${price.unit}`).join(', ');
    return { item, quantity, usd };
  });
}

function rounded(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
