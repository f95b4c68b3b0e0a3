import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * Places an installer puts the browser, by platform.
 *
 * @type {Partial<Record<NodeJS.Platform, () => string[]>>}
 */
const USUAL_PATHS = {
  darwin: () =>
    ['/Applications', join(homedir(), 'Applications')].flatMap((applications) => [
      join(applications, 'Google Chrome.app/Contents/MacOS/Google Chrome'),
      join(applications, 'Chromium.app/Contents/MacOS/Chromium'),
    ]),
  linux: () => ['/opt/google/chrome/chrome', '/snap/bin/chromium'],
  win32: () =>
    ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .flatMap((variable) => process.env[variable] ?? [])
      .flatMap((folder) => [
        join(folder, 'Google/Chrome/Application/chrome.exe'),
        join(folder, 'Chromium/Application/chrome.exe'),
      ]),
};

/**
 * Whether an executable is there and says its version. Distributions ship `chromium-browser` as a mere hint to
 * install something; Chrome on Windows opens a window instead, so there being there has to do.
 *
 * @param {string} path
 */
function works(path) {
  if (!existsSync(path)) return false;
  if (process.platform === 'win32') return true;
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** Every place a browser may be, best first: on the `PATH`, where installers put it, Playwright's own download. */
function candidates() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return [
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name + suffix))),
    ...(USUAL_PATHS[process.platform]?.() ?? []),
    chromium.executablePath(),
  ];
}

/**
 * The Chromium or Chrome of this machine: `CHROMIUM_PATH`, else the first one found; `undefined` when there is none.
 * Nothing is installed.
 *
 * @returns {string | undefined}
 */
export function findBrowser() {
  const told = process.env['CHROMIUM_PATH'];
  if (!told) return candidates().find(works);
  if (!existsSync(told)) throw new Error(`CHROMIUM_PATH is ${told}, where nothing is: correct or unset it`);
  return told;
}

/**
 * How the browser is launched: no traffic of its own, and no sandbox for root, where Chromium refuses to have one.
 *
 * @param {string} executablePath
 */
export function launchOptions(executablePath) {
  const args = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return { executablePath, args };
}
