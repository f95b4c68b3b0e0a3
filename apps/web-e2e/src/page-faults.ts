import type { BrowserContext, Page } from '@playwright/test';

/** Collects faults of a page: uncaught errors, console errors, violations of its Content-Security-Policy. */
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
  get missing(): string[] {
    return this.#expected.filter((expected) => !this.#seen.some((fault) => expected.test(fault))).map(String);
  }

  /**
   * Collects the faults of a page from now on.
   *
   * @param watches returns false for URLs to ignore, such as AWS's own login page
   */
  async watch(context: BrowserContext, page: Page, watches: (url: string) => boolean): Promise<void> {
    const add = (fault: string) => {
      if (watches(page.url())) this.#seen.push(fault);
    };
    page.on('pageerror', (error) => add(`page error: ${error.message}`));
    page.on('crash', () => add('page crash'));
    page.on('console', (message) => {
      // A browser may fetch the icon while a test is offline.
      if (/ERR_INTERNET_DISCONNECTED/.test(message.text()) && /\/favicon\.\w+$/.test(message.location().url))
        return;
      const violation = message.text().includes('Content Security Policy');
      if (message.type() === 'error' || violation) {
        add(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    await context.exposeBinding('reportCspViolation', (_source, violation: string) =>
      add(`CSP violation: ${violation}`),
    );
    await context.addInitScript(() => {
      document.addEventListener(
        'securitypolicyviolation',
        ({ effectiveDirective, blockedURI, documentURI }) => {
          const { reportCspViolation } = window as unknown as {
            reportCspViolation: (violation: string) => void;
          };
          reportCspViolation(`${effectiveDirective} blocks ${blockedURI} on ${documentURI}`);
        },
      );
    });
  }
}
