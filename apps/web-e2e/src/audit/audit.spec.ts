import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '../fixtures';
import { goodPractice } from './good-practice';
import { measureLoad, type MeasuredLoad } from './measured-load';

interface Audit extends MeasuredLoad {
  readonly state: string;
  readonly accessibility: readonly string[];
  readonly notFollowed: readonly string[];
}

const FOLDER = join(import.meta.dirname, '..', '..', 'test-output');

const STATES = [
  { state: 'home, guest', path: '/', signedIn: false },
  { state: 'page not found', path: '/no/such/page', signedIn: false },
  { state: 'home, signed in', path: '/', signedIn: true },
  { state: 'session', path: '/session', signedIn: true },
  { state: 'greetings', path: '/greetings', signedIn: true },
];

test('the page is fast, can be used by everybody, and does what good pages do', async ({
  page,
  context,
  request,
  site,
  loginPage,
  account,
}) => {
  test.setTimeout(180_000);
  const audits: Audit[] = [];
  for (const { state, path, signedIn } of STATES) {
    if (signedIn && audits.every((audit) => !audit.state.includes('signed in'))) {
      await site.open();
      await site.loginButton.click();
      await loginPage.signIn(account);
      await expect(site.logoutButton).toBeVisible();
    }
    const visit = await context.newPage(); // takes over the session, if there is one
    const load = await measureLoad(visit, path);
    const { violations } = await new AxeBuilder({ page: visit }).analyze();
    const practices = await goodPractice(visit, request);
    audits.push({
      state,
      ...load,
      accessibility: violations.map(({ id }) => id),
      notFollowed: practices.filter(({ followed }) => !followed).map(({ name }) => name),
    });
    await visit.close();
  }
  await page.close();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'audit.json'), `${JSON.stringify(audits, null, 2)}\n`);
  process.stdout.write(`\n${table(audits)}\n\nAll of it: ${join(FOLDER, 'audit.json')}\n`);
  for (const { state, accessibility, notFollowed, issues, layoutShift } of audits) {
    expect.soft(accessibility, `${state}: everybody can use it`).toEqual([]);
    expect.soft(notFollowed, `${state}: good practice`).toEqual([]);
    expect.soft(issues, `${state}: nothing the browser objects to`).toEqual([]);
    expect.soft(layoutShift, `${state}: nothing jumps`).toBeLessThan(0.01);
  }
});

function table(audits: readonly Audit[]): string {
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const rows = [
    ['', 'first paint', 'largest paint', 'blocked', 'jumps', 'script', 'all', 'requests', 'axe', 'practice'],
    ...audits.map((audit) => [
      audit.state,
      `${audit.firstPaintMs} ms`,
      `${audit.largestPaintMs} ms`,
      `${audit.blockedMs} ms`,
      String(audit.layoutShift),
      kB(audit.scriptBytes),
      kB(audit.totalBytes),
      String(audit.requests),
      audit.accessibility.length === 0 ? 'clean' : audit.accessibility.join(' '),
      audit.notFollowed.length + audit.issues.length === 0
        ? 'all followed'
        : [...audit.notFollowed, ...audit.issues].join('; '),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
