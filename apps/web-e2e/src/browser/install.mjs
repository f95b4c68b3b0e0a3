// Makes sure that this machine has a browser for the tests. Installs one only when none is found.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { findBrowser, launchOptions } from './browser.mjs';

const playwright = join(
  dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')),
  'cli.js',
);
const root = process.getuid?.() === 0;

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} why it failed, in one line
 */
function run(command, args, env = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.error) return `${command} cannot be run: ${result.error.message}`;
  if (result.status === 0) return undefined;
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  const first = lines.findIndex((line) => /^\s*(E:|Error:|sudo:)/.test(line));
  return lines.slice(first).slice(0, 2).join(' ').trim() || `exit code ${result.status ?? result.signal}`;
}

/** @returns {string | undefined} why it failed */
function downloadPlaywrights() {
  return run(process.execPath, [playwright, 'install', 'chromium'], {
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000',
  });
}

/** @returns {string | undefined} why it failed */
function installDebians() {
  if (process.platform !== 'linux') return 'this is no Debian';
  /** @param {string[]} args */
  const apt = (...args) =>
    root
      ? run('apt-get', args, { DEBIAN_FRONTEND: 'noninteractive' })
      : run('sudo', ['-n', 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]);
  return apt('update') ?? apt('install', '-y', '--no-install-recommends', 'chromium');
}

/**
 * Launches the browser that is found, as the tests will.
 *
 * @returns {Promise<string | undefined>} why there is none that works
 */
async function tryBrowser() {
  try {
    const path = findBrowser();
    if (path === undefined) return 'no Chromium or Chrome is found';
    const browser = await chromium.launch(launchOptions(path));
    say(`${path}, version ${browser.version()}`);
    await browser.close();
    return undefined;
  } catch (error) {
    return String(error).split('\n', 1).join();
  }
}

const FOUND = { what: "an installed Chromium or Chrome, or Playwright's own", install: () => undefined };
const TOLD = { what: `CHROMIUM_PATH=${process.env['CHROMIUM_PATH']}`, install: () => undefined };
const DOWNLOAD = {
  what: "Playwright's download (playwright install chromium)",
  install: downloadPlaywrights,
};
const PACKAGE = { what: "Debian's package (apt-get install chromium)", install: installDebians };

async function findOrInstall() {
  // Who names a browser wants that one, not another one installed.
  for (const { what, install } of process.env['CHROMIUM_PATH'] ? [TOLD] : [FOUND, DOWNLOAD, PACKAGE]) {
    process.stdout.write(`browser: trying ${what}: `);
    const fault = install() ?? (await tryBrowser());
    if (fault === undefined) return true;
    say(fault);
  }
  return false;
}

if (!(await findOrInstall())) {
  process.stderr.write(
    'No browser for the tests can be had. Install Google Chrome (https://www.google.com/chrome) or Chromium' +
      ' (Debian: "sudo apt-get install chromium"), or name one in CHROMIUM_PATH.\n',
  );
  process.exitCode = 1;
}
