import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '../fixtures';
import { goodPractice } from './good-practice';
import { measureLoad, type PageLoad } from './page-load';

interface Audit extends PageLoad {
  readonly state: string;
  readonly accessibility: readonly string[];
  readonly notFollowed: readonly string[];
}

const FOLDER = join(import.meta.dirname, '..', '..', 'test-output');

test('all pages are accessible, follow good practice and load without layout shifts', async ({
  page,
  context,
  request,
  site,
  loginPage,
  account,
}) => {
  test.setTimeout(180_000);
  const audits: Audit[] = [];
  async function audit(state: string, path: string): Promise<void> {
    const visit = await context.newPage(); // takes over the session of the other tab
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
  await audit('home, signed out', '/');
  await audit('page not found', '/no/such/page');
  await site.open();
  await site.loginButton.click();
  await loginPage.signIn(account);
  await expect(site.logoutButton).toBeVisible();
  for (const link of await site.links.all()) {
    await audit(`${await link.textContent()}, signed in`, (await link.getAttribute('href')) ?? '');
  }
  await page.close();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'audit.json'), `${JSON.stringify(audits, null, 2)}\n`);
  process.stdout.write(`\n${table(audits)}\n\nFull report: ${join(FOLDER, 'audit.json')}\n`);
  for (const { state, accessibility, notFollowed, issues, layoutShift } of audits) {
    expect.soft(accessibility, `${state}: accessibility violations`).toEqual([]);
    expect.soft(notFollowed, `${state}: practices not followed`).toEqual([]);
    expect.soft(issues, `${state}: browser issues`).toEqual([]);
    expect.soft(layoutShift, `${state}: layout shift`).toBeLessThan(0.01);
  }
});

function table(audits: readonly Audit[]): string {
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const rows = [
    [
      '',
      'first paint',
      'largest paint',
      'blocked',
      'layout shift',
      'script',
      'total',
      'requests',
      'axe',
      'practice',
    ],
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
