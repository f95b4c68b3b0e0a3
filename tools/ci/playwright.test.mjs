import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

test.each(['apps/web-e2e', 'packages/local-cloud', 'packages/sign-in'])(
  'no shell stands between Playwright and the servers of %s, which end with it',
  async (folder) => {
    // Vitest sets it. To Playwright, it is the URL of a deployment.
    vi.stubEnv('BASE_URL', '');
    onTestFinished(() => vi.unstubAllEnvs());
    const { default: config } = await import(path.join(ROOT, folder, 'playwright.config.mjs'));
    const commands = [config.webServer].flat().map(({ command }) => command.split(' && ').at(-1));
    expect(commands).toEqual(commands.map(() => expect.stringMatching(/^exec /)));
    expect(commands).not.toEqual([]);
  },
);
