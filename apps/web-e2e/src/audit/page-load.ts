import type { CDPSession, Page } from '@playwright/test';

/** Measurements of a page load with a slow processor and network. */
export interface PageLoad {
  /** First and largest contentful paint, in milliseconds after navigation start. */
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  /** Total blocking time: the part of long tasks beyond 50 ms, added up. */
  readonly blockedMs: number;
  /** Cumulative Layout Shift. */
  readonly layoutShift: number;
  readonly requests: number;
  /** Transferred bytes, bodies and headers. */
  readonly scriptBytes: number;
  readonly styleBytes: number;
  readonly totalBytes: number;
  /** Codes of the browser's own audit issues, such as deprecated features. */
  readonly issues: readonly string[];
}

/** Slow mobile network, as in Lighthouse's mobile setting. */
const SLOW = { latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 };
const CPU_SLOWDOWN = 4;

interface Observed {
  first: number;
  largest: number;
  blocked: number;
  shift: number;
}

/** Loads a page with an empty cache and measures it until the network is idle. */
export async function measureLoad(page: Page, path: string): Promise<PageLoad> {
  const browser = await page.context().newCDPSession(page);
  const network = await watchNetwork(browser);
  await browser.send('Network.setCacheDisabled', { cacheDisabled: true });
  await browser.send('Network.emulateNetworkConditions', { offline: false, ...SLOW });
  await browser.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.addInitScript(observe);
  await page.goto(path);
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(500); // the last long task is reported with a delay
  const seen = await page.evaluate(() => (window as unknown as { observed: Observed }).observed);
  await browser.detach();
  return {
    firstPaintMs: Math.round(seen.first),
    largestPaintMs: Math.round(seen.largest),
    blockedMs: Math.round(seen.blocked),
    layoutShift: Number(seen.shift.toFixed(4)),
    ...network,
  };
}

/** Runs in the page before its own scripts. */
function observe(): void {
  const observed: Observed = { first: 0, largest: 0, blocked: 0, shift: 0 };
  Object.assign(window, { observed });
  const onEntry = (type: string, note: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  onEntry('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') observed.first = startTime;
  });
  onEntry('largest-contentful-paint', ({ startTime }) => (observed.largest = startTime));
  onEntry('longtask', ({ duration }) => (observed.blocked += duration - 50));
  onEntry('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) observed.shift += value;
  });
}

type NetworkTotals = Pick<PageLoad, 'requests' | 'scriptBytes' | 'styleBytes' | 'totalBytes' | 'issues'>;

async function watchNetwork(browser: CDPSession): Promise<NetworkTotals> {
  const types = new Map<string, string>();
  const issues: string[] = [];
  const totals = { requests: 0, scriptBytes: 0, styleBytes: 0, totalBytes: 0, issues };
  browser.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  browser.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    totals.requests += 1;
    totals.totalBytes += encodedDataLength;
    if (types.get(requestId) === 'Script') totals.scriptBytes += encodedDataLength;
    if (types.get(requestId) === 'Stylesheet') totals.styleBytes += encodedDataLength;
  });
  browser.on('Audits.issueAdded', ({ issue }) => void issues.push(issue.code));
  await browser.send('Network.enable');
  await browser.send('Audits.enable');
  return totals;
}
