import { expect, test as base } from '../fixtures';
import type { World } from './expectation';
import { discoverWorld } from './world';

/** Playwright's `test` with a deployment somebody has signed in to. */
export const test = base.extend<object, { readonly world: World }>({
  world: [
    async ({ deployment, browser }, use) => use(await discoverWorld(deployment, browser)),
    { scope: 'worker' },
  ],
});

export { expect };
