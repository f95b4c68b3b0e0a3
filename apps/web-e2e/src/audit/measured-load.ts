import type { CDPSession, Page } from '@playwright/test';

/** What a load of a page took, on a slowed down machine and network. */
export interface MeasuredLoad {
  /** First and largest paint of content, in milliseconds after the navigation began. */
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  /** How long the page could not react between these paints and its rest: long tasks beyond 50 ms, added up. */
  readonly blockedMs: number;
  /** How far things jumped, as Cumulative Layout Shift. */
  readonly layoutShift: number;
  readonly requests: number;
  /** Bytes on the wire, bodies and headers. */
  readonly scriptBytes: number;
  readonly styleBytes: number;
  readonly totalBytes: number;
  /** What the browser's own audits object to, such as deprecated features. */
  readonly issues: readonly string[];
}

/** A phone on a slow network, as Lighthouse's mobile setting has it. */
const SLOW = { latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 };
const SLOWER_PROCESSOR = 4;

interface Observed {
  first: number;
  largest: number;
  blocked: number;
  shift: number;
}

/** Loads a page as a first visit does, with an empty cache, and measures it until it rests. */
export async function measureLoad(page: Page, path: string): Promise<MeasuredLoad> {
  const browser = await page.context().newCDPSession(page);
  const wire = await watchWire(browser);
  await browser.send('Network.setCacheDisabled', { cacheDisabled: true });
  await browser.send('Network.emulateNetworkConditions', { offline: false, ...SLOW });
  await browser.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_PROCESSOR });
  await page.addInitScript(observe);
  await page.goto(path);
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(500); // the last long task is told after it
  const seen = await page.evaluate(() => (window as unknown as { observed: Observed }).observed);
  await browser.detach();
  return {
    firstPaintMs: Math.round(seen.first),
    largestPaintMs: Math.round(seen.largest),
    blockedMs: Math.round(seen.blocked),
    layoutShift: Number(seen.shift.toFixed(4)),
    ...wire,
  };
}

/** Runs in the page, before anything of it does. */
function observe(): void {
  const observed: Observed = { first: 0, largest: 0, blocked: 0, shift: 0 };
  Object.assign(window, { observed });
  const each = (type: string, note: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  each('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') observed.first = startTime;
  });
  each('largest-contentful-paint', ({ startTime }) => (observed.largest = startTime));
  each('longtask', ({ duration }) => (observed.blocked += duration - 50));
  each('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) observed.shift += value;
  });
}

type Wire = Pick<MeasuredLoad, 'requests' | 'scriptBytes' | 'styleBytes' | 'totalBytes' | 'issues'>;

async function watchWire(browser: CDPSession): Promise<Wire> {
  const types = new Map<string, string>();
  const issues: string[] = [];
  const wire = { requests: 0, scriptBytes: 0, styleBytes: 0, totalBytes: 0, issues };
  browser.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  browser.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    wire.requests += 1;
    wire.totalBytes += encodedDataLength;
    if (types.get(requestId) === 'Script') wire.scriptBytes += encodedDataLength;
    if (types.get(requestId) === 'Stylesheet') wire.styleBytes += encodedDataLength;
  });
  browser.on('Audits.issueAdded', ({ issue }) => void issues.push(issue.code));
  await browser.send('Network.enable');
  await browser.send('Audits.enable');
  return wire;
}
