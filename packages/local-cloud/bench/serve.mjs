// Benchmark of `npx nx serve`, everything built before, against `npx nx --version` and a Vite server alone:
// `npx nx bench-serve local-cloud`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { median } from './measure.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const STATE = path.join(ROOT, 'tmp/local-cloud.json');
const ROUNDS = 3;
const GOAL = 2;

/**
 * Runs a program of the workspace until it ends, or until it prints its address and `answers` resolves.
 *
 * @param {string[]} args
 * @param {(url: string) => Promise<unknown>} [answers]
 * @returns {Promise<number>} time in milliseconds
 */
async function time(args, answers) {
  const startedAt = performance.now();
  const child = spawn('npx', args, {
    cwd: ROOT,
    // Nx passes the settings of its tasks to the programs that they start.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NX_DAEMON: 'false', LOCAL_CLOUD_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'exit');
  if (answers === undefined) {
    child.stdout.resume();
    await ended;
    return performance.now() - startedAt;
  }
  try {
    for await (const line of createInterface(child.stdout)) {
      const [, url] = /Local:\s+(\S+)/.exec(stripVTControlCharacters(line)) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      await answers(url);
      return performance.now() - startedAt;
    }
    throw new Error(`${args.join(' ')} ended before it answered.`);
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
  }
}

/** @param {string} url @param {number[]} [statuses] */
async function answer(url, statuses = [200]) {
  const response = await fetch(url);
  await response.text();
  if (!statuses.includes(response.status)) throw new Error(`${url} responded with ${response.status}`);
}

/** The page, the sign-in and the API, which rejects a request without a token. @param {string} url */
async function everythingAnswers(url) {
  await answer(url);
  const { issuer } = JSON.parse(await readFile(STATE, 'utf8'));
  await answer(`${issuer}/.well-known/openid-configuration`);
  await answer(new URL('/api/greeting', url).href, [401]);
}

const bare = await mkdtemp(path.join(tmpdir(), 'bare-vite-'));
try {
  await writeFile(path.join(bare, 'index.html'), '<p>Hello</p>');
  const rows = { 'nx --version': [], 'vite, alone': [], 'nx serve': [] };
  // Builds everything.
  await time(['nx', 'serve'], everythingAnswers);
  for (let round = 0; round < ROUNDS; round += 1) {
    rows['nx --version'].push(await time(['nx', '--version']));
    rows['vite, alone'].push(await time(['vite', bare, '--port', '0'], answer));
    rows['nx serve'].push(await time(['nx', 'serve'], everythingAnswers));
  }
  const seconds = Object.fromEntries(
    Object.entries(rows).map(([name, times]) => [name, median(times) / 1_000]),
  );
  const ratio = seconds['nx serve'] / (seconds['nx --version'] + seconds['vite, alone']);
  console.table({ ...seconds, 'nx serve / both': ratio });
  console.log(`Goal: ≤ ${GOAL}: ${ratio <= GOAL ? 'met' : 'NOT met'}`);
} finally {
  await rm(bare, { recursive: true });
}
