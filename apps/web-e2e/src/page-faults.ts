import type { BrowserContext, Page } from '@playwright/test';

/** Collects faults of all pages: uncaught errors, console errors, violations of the Content-Security-Policy. */
export class PageFaults {
  readonly #seen: string[] = [];
  readonly #expected: RegExp[] = [];

  /** Declares that the test provokes faults like this one. */
  expect(fault: RegExp): void {
    this.#expected.push(fault);
  }

  /** All faults the test has not declared. */
  get unexpected(): string[] {
    return this.#seen.filter((fault) => !this.#expected.some((expected) => expected.test(fault)));
  }

  /** All declared faults that have not happened. */
  get missing(): RegExp[] {
    return this.#expected.filter((expected) => !this.#seen.some((fault) => expected.test(fault)));
  }

  /**
   * Collects the faults of all pages from now on.
   *
   * @param watches returns false for URLs to ignore, such as AWS's own login page
   */
  watch(context: BrowserContext, watches: (url: string) => boolean): void {
    const add = (page: Page | null, fault: string) => {
      if (watches(page?.url() ?? '')) this.#seen.push(fault);
    };
    context.on('weberror', (event) => add(event.page(), `page error: ${event.error().message}`));
    context.on('console', (message) => {
      const fault = `console ${message.type()}: ${message.text()} (${message.location().url})`;
      // A browser may fetch the icon while a test is offline.
      if (/ERR_INTERNET_DISCONNECTED.*\/favicon\.\w+\)$/.test(fault)) return;
      if (message.type() === 'error' || /Content.Security.Policy/.test(fault)) add(message.page(), fault);
    });
  }
}
