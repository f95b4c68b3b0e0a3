import { CONTRACT } from './contract';
import { expect, test } from './fixtures';
import { check } from './check';

for (const expectation of CONTRACT) {
  test(`${expectation.name} (${expectation.rows.join(', ')})`, async ({ deployment, facts }) => {
    const outcome = await check(expectation, deployment, facts);
    test.skip(outcome === undefined, `this deployment has no endpoint "${expectation.endpoint}"`);
    expect(outcome?.violations, `${expectation.method ?? 'GET'} at ${expectation.endpoint}`).toEqual([]);
  });
}
