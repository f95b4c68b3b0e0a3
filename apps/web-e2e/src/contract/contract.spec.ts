import { setTimeout } from 'node:timers/promises';
import { CONTRACT } from './contract';
import { expect, test } from './fixtures';
import { violations } from './violations';
import { knock } from './world';

const RETRY_AFTER_MS = 300;

for (const expectation of CONTRACT) {
  test(`${expectation.rows.join(', ')}: ${expectation.name}`, async ({ deployment, world }) => {
    let found: string[] = [];
    for (let attempt = 0; attempt < (expectation.attempts ?? 1); attempt += 1) {
      if (attempt > 0) await setTimeout(RETRY_AFTER_MS);
      const response = await knock(expectation, deployment, world);
      test.skip(response === undefined, `this deployment has no door "${expectation.door}"`);
      if (response === undefined) return;
      found = violations(expectation, world, response);
      if (found.length === 0) return;
    }
    expect(found, `${expectation.method ?? 'GET'} at ${expectation.door}`).toEqual([]);
  });
}
