import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { chromium } from '@playwright/test';

// The same as in the Playwright configurations.
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'];
const executablePath = process.env['CHROMIUM_PATH'] ?? BROWSERS.find(existsSync);

/**
 * Starts `nx serve` in a workspace, logs in, and returns the page's greeting.
 *
 * @param {string} workspace
 * @param {NodeJS.ProcessEnv} env
 */
export async function signInAndFetch(workspace, env) {
  const options = {
    cwd: workspace,
    env: { ...env, LOCAL_CLOUD_PORT: '0', NX_DAEMON: 'false' },
    detached: true,
  };
  const server = spawn('npx', ['nx', 'serve'], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    // Chromium refuses to run its sandbox as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const { url, username, password } = await addressOf(server.stdout);
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Log in' }).first().click();
    await page.locator('input[name=username]').fill(username);
    await page.locator('input[name=password]').fill(password);
    await page.locator('button[type=submit]').first().click();
    await page.getByRole('button', { name: 'Fetch Data' }).click();
    await page
      .getByText(/^Hello/)
      .first()
      .waitFor();
    return await page
      .getByText(/^Hello/)
      .first()
      .innerText();
  } finally {
    await browser.close();
    process.kill(-(server.pid ?? 0), 'SIGTERM');
    await ended;
  }
}

/**
 * Reads the address of the page and a user from the output of the development server.
 *
 * @param {import('node:stream').Readable} output
 */
async function addressOf(output) {
  let url = '';
  for await (const line of createInterface(output)) {
    const text = stripVTControlCharacters(line);
    url = /Local:\s+(\S+)/.exec(text)?.[1] ?? url;
    const [, username, password] = /Log in:\s+(\S+) \/ (\S+)/.exec(text) ?? [];
    if (username && password) {
      output.resume();
      return { url, username, password };
    }
  }
  throw new Error('nx serve ended before it printed its users.');
}
