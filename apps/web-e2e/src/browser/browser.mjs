import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * Installation folders of the browser, by platform.
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
 * Tells whether an executable exists and prints its version. Some distributions have a `chromium-browser` that only suggests
 * an installation. Chrome on Windows opens a window instead, so its existence is enough.
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

/** Lists candidates in order: on the `PATH`, in installation folders, Playwright's own download. */
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
 * Finds Chromium or Chrome: `CHROMIUM_PATH`, or the first candidate that works; `undefined` when there is none.
 *
 * @returns {string | undefined}
 */
export function findBrowser() {
  const path = process.env['CHROMIUM_PATH'];
  if (!path) return candidates().find(works);
  if (!existsSync(path))
    throw new Error(`CHROMIUM_PATH is ${path}, which does not exist: correct or unset it`);
  return path;
}

/**
 * Returns launch options: without background traffic, and without the sandbox for root, which Chromium does not support.
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
