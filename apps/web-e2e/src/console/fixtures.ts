import { test as base } from '../fixtures';
import { ConsolePage } from './console-page';

interface TestFixtures {
  /** Where the console is; a deployment has none, and its tests are skipped. */
  readonly consoleUrl: string;
  /** The page, with everything as usual and no request in its list. */
  readonly consolePage: ConsolePage;
}

/** The suite's `test` with the console of the local cloud. */
export const test = base.extend<TestFixtures>({
  consoleUrl: async ({ deployment }, use) => {
    const { consoleUrl } = deployment;
    base.skip(consoleUrl === undefined, 'a deployment has no console');
    await use(consoleUrl ?? '');
  },

  consolePage: async ({ page, request, consoleUrl }, use) => {
    const reset = () => request.post(`${consoleUrl}/switches/reset`, { data: {} });
    await reset();
    await request.delete(`${consoleUrl}/requests`, { headers: { 'Content-Type': 'application/json' } });
    await use(new ConsolePage(page, consoleUrl));
    await reset();
  },
});

export { expect } from '../fixtures';
