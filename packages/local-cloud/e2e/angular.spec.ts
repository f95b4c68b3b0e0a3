import { cp } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, startCloud, type State, test as base } from './fixtures';

const HERE = import.meta.dirname;

/** The sample template with an Angular app as its site. */
const test = base.extend<{ readonly angular: State }>({
  angular: async ({}, use, testInfo) => {
    const assembly = testInfo.outputPath('assembly');
    await cp(path.join(HERE, 'sample'), assembly, { recursive: true });
    await cp(path.join(HERE, 'angular/index.html'), path.join(assembly, 'site/index.html'));
    await build({
      entryPoints: [path.join(HERE, 'angular/main.ts')],
      outfile: path.join(assembly, 'site/main.js'),
      bundle: true,
      format: 'esm',
      logLevel: 'error',
    });
    const cloud = await startCloud(testInfo, '--assembly', assembly);
    await use(cloud.state);
    await cloud.stop();
  },
});
test.setTimeout(180_000);

test('angular-oauth2-oidc signs in by redirect, calls the API, refreshes and signs out (CG-OD-01, CG-TK-01, CG-LO-01)', async ({
  angular: { url, issuer, cognitoDomain, clientId, apiScope, users },
  page,
}) => {
  const [{ username, password }] = users;
  const config = { issuer, clientId, scope: `openid ${apiScope}` };
  await page.route('**/config.json', (route) => route.fulfill({ json: config }));
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await expect(page.getByText(`Signed in as ${username}`)).toBeVisible();

  await page.getByRole('button', { name: 'Call API' }).click();
  await expect(page.getByText(/^Answer: .*Hello/)).toBeVisible();

  const token = page.locator('output');
  const first = await token.textContent();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(token).not.toHaveText(first ?? '');
  await page.getByRole('button', { name: 'Call API' }).click();
  await expect(page.getByText(/^Answer: .*Hello/)).toBeVisible();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(`${url}/`);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${cognitoDomain}/login?*`);
  expect(errors).toEqual([]);
});
