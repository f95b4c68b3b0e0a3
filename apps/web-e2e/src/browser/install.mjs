// Ensures that a browser for the tests is installed.
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
function print(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a command.
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
function downloadFromPlaywright() {
  return run(process.execPath, [playwright, 'install', 'chromium'], {
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000',
  });
}

/** @returns {string | undefined} why it failed */
function installDebianPackage() {
  if (process.platform !== 'linux') return 'not a Debian system';
  /** @param {string[]} args */
  const apt = (...args) =>
    root
      ? run('apt-get', args, { DEBIAN_FRONTEND: 'noninteractive' })
      : run('sudo', ['-n', 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]);
  return apt('update') ?? apt('install', '-y', '--no-install-recommends', 'chromium');
}

/**
 * Launches the browser that the tests will use.
 *
 * @returns {Promise<string | undefined>} the error, if none works
 */
async function tryBrowser() {
  try {
    const path = findBrowser();
    if (path === undefined) return 'no Chromium or Chrome found';
    const browser = await chromium.launch(launchOptions(path));
    print(`${path}, version ${browser.version()}`);
    await browser.close();
    return undefined;
  } catch (error) {
    return String(error).split('\n', 1).join();
  }
}

const INSTALLED = {
  source: "an installed Chromium or Chrome, or Playwright's own",
  install: () => undefined,
};
const NAMED = { source: `CHROMIUM_PATH=${process.env['CHROMIUM_PATH']}`, install: () => undefined };
const DOWNLOAD = {
  source: "Playwright's download (playwright install chromium)",
  install: downloadFromPlaywright,
};
const PACKAGE = { source: "Debian's package (apt-get install chromium)", install: installDebianPackage };

async function findOrInstall() {
  // A named browser is not replaced by another one.
  for (const { source, install } of process.env['CHROMIUM_PATH'] ? [NAMED] : [INSTALLED, DOWNLOAD, PACKAGE]) {
    process.stdout.write(`browser: trying ${source}: `);
    const fault = install() ?? (await tryBrowser());
    if (fault === undefined) return true;
    print(fault);
  }
  return false;
}

if (!(await findOrInstall())) {
  process.stderr.write(
    'Found no browser for the tests, and could not install one. Install Google Chrome (https://www.google.com/chrome) or Chromium' +
      ' (Debian: "sudo apt-get install chromium"), or name one in CHROMIUM_PATH.\n',
  );
  process.exitCode = 1;
}
