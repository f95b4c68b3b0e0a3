// Installs a browser for the end-to-end tests on a machine that has none: Playwright's Chromium, or Debian's if that
// cannot be downloaded or lacks libraries.
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { ProgramError, run } from './programs.mjs';

const { CHROMIUM_PATH } = process.env;
// The same as in the Playwright configurations.
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`);
}

/** @param {string} name of a Debian package */
async function installPackage(name) {
  const [program, ...args] =
    process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '--non-interactive', 'apt-get'];
  await run(program, [...args, 'update']);
  await run(program, [...args, 'install', '--yes', '--no-install-recommends', name]);
}

/** Commands by what they install, in the order in which they are tried. */
const COMMANDS = {
  "Playwright's Chromium": () =>
    run('npx', ['playwright', 'install', 'chromium'], {
      env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
    }),
  // It needs half the processor time of `chromium`, but cannot open a window.
  'the Debian package chromium-headless-shell': () => installPackage('chromium-headless-shell'),
  'the Debian package chromium': () => installPackage('chromium'),
};

/** Launches the browser that the tests will use. */
async function launches() {
  const executablePath = CHROMIUM_PATH ?? BROWSERS.find(existsSync);
  try {
    const browser = await chromium.launch({ ...(executablePath && { executablePath }) });
    print(`The end-to-end tests use ${executablePath ?? "Playwright's Chromium"} ${browser.version()}`);
    await browser.close();
    return true;
  } catch (error) {
    print(`No browser: ${String(error).split('\n', 1)}`);
    return false;
  }
}

let found = await launches();
for (const [name, install] of CHROMIUM_PATH ? [] : Object.entries(COMMANDS)) {
  if (found) break;
  print(`Installing ${name}`);
  try {
    await install();
    found = await launches();
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    print(error.message);
  }
}
if (!found) {
  print('Install Chromium or Chrome, or set CHROMIUM_PATH to an installed one.');
  process.exitCode = 1;
}
