import { expect, test as base } from '../fixtures';
import { collectFacts } from './check';
import type { Facts } from './expectation';

/** Playwright's `test` with the facts about a deployment. */
export const test = base.extend<object, { readonly facts: Facts }>({
  facts: [
    async ({ deployment, browser }, use) => use(await collectFacts(deployment, browser)),
    { scope: 'worker' },
  ],
});

export { expect };
