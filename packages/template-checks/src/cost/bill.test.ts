import { expect, test } from 'vitest';
import { bill, costOf } from './bill';
import { INSTANCES, PRICES, PRICES_AS_OF, PRICES_REGION, type Price } from './prices';

test('units are paid step by step', () => {
  const { restRequests } = PRICES;
  expect(costOf(restRequests, 1e6, true)).toBeCloseTo(3.5);
  expect(costOf(restRequests, 333e6, true)).toBeCloseTo(1165.5);
  expect(costOf(restRequests, 334e6, true)).toBeCloseTo(1165.5 + 2.8);
  expect(costOf(restRequests, 2000e6, true)).toBeCloseTo(333 * 3.5 + 667 * 2.8 + 1000 * 2.38);
});

test('free units come first, where they are counted', () => {
  const { edgeRequests } = PRICES;
  expect(costOf(edgeRequests, 10e6, true)).toBe(0);
  expect(costOf(edgeRequests, 12e6, true)).toBeCloseTo(2);
  expect(costOf(edgeRequests, 12e6, false)).toBeCloseTo(12);
});

test('free units are the account’s: items that use the same share them', () => {
  const lines = bill(
    [
      { item: 'a', price: PRICES.logIngestion, units: 10 },
      { item: 'b', price: PRICES.logIngestion, units: 5 },
    ],
    true,
  );
  expect(lines.map(({ usd }) => usd)).toEqual([expect.closeTo((10 / 15) * 5), expect.closeTo((5 / 15) * 5)]);
});

test('an item is one position, with all that is used for it', () => {
  const [line, ...others] = bill(
    [
      { item: 'a', price: PRICES.alarm, units: 20 },
      { item: 'a', price: PRICES.alarm, units: 1 },
      { item: 'a', price: PRICES.dashboard, units: 4 },
    ],
    true,
  );
  expect(others).toEqual([]);
  expect(line).toEqual({
    item: 'a',
    quantity: '21 × metric-month, 4 × dashboard-month',
    usd: expect.closeTo(4.1),
  });
});

test('every price says of what and where, and when it was read; steps begin with the dearest and have no end', () => {
  expect(PRICES_REGION).toBe('us-east-1');
  expect(new Date(PRICES_AS_OF).toISOString().slice(0, 10)).toBe(PRICES_AS_OF);
  const prices: readonly Price[] = [
    ...Object.values(PRICES),
    ...[...INSTANCES.values()].map((one) => one.price),
  ];
  for (const { what, unit, page, read, steps } of prices) {
    expect([what, unit, read].every((text) => text.length > 0)).toBe(true);
    expect(new URL(page).hostname).toBe('aws.amazon.com');
    expect(steps.at(-1)?.units).toBe(Infinity);
    expect(steps.map((step) => step.usd)).toEqual(steps.map((step) => step.usd).sort((a, b) => b - a));
  }
});
