import { expect, test } from 'vitest';
import { bill, costOfUnits } from './bill';
import { ALL_PRICES, PRICES, PRICES_AS_OF, PRICES_REGION } from './prices';

test('costOfUnits applies the steps of a price in order', () => {
  const { restRequests } = PRICES;
  expect(costOfUnits(restRequests, 1e6, true)).toBeCloseTo(3.5);
  expect(costOfUnits(restRequests, 333e6, true)).toBeCloseTo(1165.5);
  expect(costOfUnits(restRequests, 334e6, true)).toBeCloseTo(1165.5 + 2.8);
  expect(costOfUnits(restRequests, 2000e6, true)).toBeCloseTo(333 * 3.5 + 667 * 2.8 + 1000 * 2.38);
});

test('costOfUnits subtracts the free units first, with the free tier', () => {
  const { edgeRequests } = PRICES;
  expect(costOfUnits(edgeRequests, 10e6, true)).toBe(0);
  expect(costOfUnits(edgeRequests, 12e6, true)).toBeCloseTo(2);
  expect(costOfUnits(edgeRequests, 12e6, false)).toBeCloseTo(12);
});

test('items share the free units of a price', () => {
  const lines = bill(
    [
      { item: 'a', price: PRICES.logIngestion, units: 10 },
      { item: 'b', price: PRICES.logIngestion, units: 5 },
    ],
    true,
  );
  expect(lines.map(({ usd }) => usd)).toEqual([expect.closeTo((10 / 15) * 5), expect.closeTo((5 / 15) * 5)]);
});

test('an item is one line with all its usages', () => {
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

test('every price has a unit, a page and a source; its steps get cheaper and the last one is infinite', () => {
  expect(PRICES_REGION).toBe('us-east-1');
  expect(new Date(PRICES_AS_OF).toISOString().slice(0, 10)).toBe(PRICES_AS_OF);
  for (const { what, unit, page, read, steps } of ALL_PRICES) {
    expect([what, unit, read].every((text) => text.length > 0)).toBe(true);
    expect(new URL(page).hostname).toBe('aws.amazon.com');
    expect(steps.at(-1)?.units).toBe(Infinity);
    expect(steps.map((step) => step.usd)).toEqual(steps.map((step) => step.usd).sort((a, b) => b - a));
  }
});
