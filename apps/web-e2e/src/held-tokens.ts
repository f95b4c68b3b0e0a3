import type { Page } from '@playwright/test';
import * as z from 'zod/mini';

const Tokens = z.object({ access_token: z.jwt(), id_token: z.jwt() });

/** Reads the tokens that the site stores after sign-in, for tests that call the API directly. */
export async function readTokens(page: Page): Promise<{ accessToken: string; idToken: string }> {
  const held = await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:'));
    return key === undefined ? null : sessionStorage.getItem(key);
  });
  if (held === null)
    throw new Error(`No user is signed in at ${page.url()}: sessionStorage has no "oidc.user:…"`);
  const { access_token: accessToken, id_token: idToken } = Tokens.parse(JSON.parse(held));
  return { accessToken, idToken };
}
