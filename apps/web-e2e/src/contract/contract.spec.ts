import { CONTRACT } from './contract';
import { expect, test } from './fixtures';
import { knock } from './world';

for (const expectation of CONTRACT) {
  test(`${expectation.rows.join(', ')}: ${expectation.name}`, async ({ deployment, world }) => {
    const answer = await knock(expectation, deployment, world);
    test.skip(answer === undefined, `this deployment has no door "${expectation.door}"`);
    expect(answer?.found, `${expectation.method ?? 'GET'} at ${expectation.door}`).toEqual([]);
  });
}
