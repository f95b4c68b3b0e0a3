import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type FullConfig } from '@playwright/test';
import * as z from 'zod/mini';

/** Folder that `nx deploy infra` and `nx user infra` write to. */
const OUTPUTS = join(import.meta.dirname, '../../../libs/infra/outputs');

const Stage = z.object({ outputs: z.object({ SiteUrl: z.url(), ApiEndpoint: z.optional(z.url()) }) });
const Account = z.object({ username: z.string(), password: z.string() });

/**
 * Adds the URLs and the test user of a deployed stage to the environment, and checks it, before the first test.
 *
 * @throws {Error} with the command to run
 */
export default async function globalSetup({ projects }: FullConfig): Promise<void> {
  const { env } = process;
  const browser = projects[0]?.use.launchOptions?.executablePath ?? chromium.executablePath();
  if (!existsSync(browser)) {
    throw new Error(
      `There is no browser at ${browser}: run "npx playwright install chromium", or set CHROMIUM_PATH to an installed Chromium or Chrome`,
    );
  }
  if (env['E2E_DEPLOYED'] === 'true' && !env['BASE_URL']) addStage(env);
  const missing = ['E2E_USERNAME', 'E2E_PASSWORD'].filter((variable) => !env[variable]);
  if (env['BASE_URL'] && missing.length > 0) {
    throw new Error(`BASE_URL is set, but not ${missing.join(' and ')}: name a user of that deployment`);
  }
  if (env['BASE_URL']) await checkSite(env['BASE_URL']);
}

/** @throws {Error} if the site does not respond: every test would fail */
async function checkSite(url: string): Promise<void> {
  await fetch(url, { signal: AbortSignal.timeout(20_000) }).catch((error: Error) => {
    const { message } = error.cause instanceof Error ? error.cause : error;
    throw new Error(
      `BASE_URL is ${url}, which does not respond (${message}): check the URL and the deployment`,
    );
  });
}

function addStage(env: NodeJS.ProcessEnv): void {
  const stage = env['DEPLOYED_STAGE'] || 'dev';
  const option = stage === 'dev' ? '' : ` --stage=${stage}`;
  const { outputs } = Stage.parse(read(`${stage}.json`, `npx nx deploy infra${option}`));
  env['BASE_URL'] = outputs.SiteUrl;
  if (outputs.ApiEndpoint) env['API_ENDPOINT'] ??= outputs.ApiEndpoint;
  if (env['E2E_USERNAME'] || env['E2E_PASSWORD']) return;
  const account = Account.parse(read(`${stage}.e2e-user.json`, `npx nx user infra${option} --e2e`));
  env['E2E_USERNAME'] = account.username;
  env['E2E_PASSWORD'] = account.password;
}

function read(file: string, remedy: string): unknown {
  const path = join(OUTPUTS, file);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "${remedy}" first`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
