import type { Price } from './prices';

/** Line of a monthly bill. */
export interface Line {
  /** Name of the item, e.g. `Load balancer`. */
  readonly item: string;
  /** Units, e.g. `730 × hour`. */
  readonly quantity: string;
  readonly usd: number;
}

/** Use of something that has a price, per month. */
export interface Usage {
  readonly item: string;
  readonly price: Price;
  readonly units: number;
}

/**
 * Returns the cost of units in US dollars.
 *
 * @param freeTier whether the first units are free
 */
export function costOfUnits(price: Price, units: number, freeTier: boolean): number {
  let left = Math.max(0, units - (freeTier ? (price.free ?? 0) : 0));
  let usd = 0;
  for (const step of price.steps) {
    const counted = Math.min(left, step.units);
    usd += counted * step.usd;
    left -= counted;
  }
  return usd;
}

/** Makes a bill with one line for each item. All usages of a price share its free units, because the account has them once. */
export function bill(usages: readonly Usage[], freeTier: boolean): readonly Line[] {
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
      if (total > 0) usd += costOfUnits(price, total, freeTier) * (count / total);
    }
    const quantity = [...units].map(([price, count]) => `${rounded(count)} × ${price.unit}`).join(', ');
    return { item, quantity, usd };
  });
}

function rounded(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
