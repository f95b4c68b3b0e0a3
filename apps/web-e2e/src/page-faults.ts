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
   * Notes the faults of a page from now on.
   *
   * @param watches whether the page at this URL is watched: a login page of AWS is not ours to judge
   */
  async watch(context: BrowserContext, page: Page, watches: (url: string) => boolean): Promise<void> {
    const note = (fault: string) => {
      if (watches(page.url())) this.#seen.push(fault);
    };
    page.on('pageerror', (error) => note(`page error: ${error.message}`));
    page.on('crash', () => note('page crash'));
    page.on('console', (message) => {
      // A browser fetches the icon when it likes, also while a test has taken the network away.
      if (/ERR_INTERNET_DISCONNECTED/.test(message.text()) && /\/favicon\.\w+$/.test(message.location().url))
        return;
      const violation = message.text().includes('Content Security Policy');
      if (message.type() === 'error' || violation) {
        note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    await context.exposeBinding('noteCspViolation', (_source, violation: string) =>
      note(`CSP violation: ${violation}`),
    );
    await context.addInitScript(() => {
      document.addEventListener(
        'securitypolicyviolation',
        ({ effectiveDirective, blockedURI, documentURI }) => {
          const { noteCspViolation } = window as unknown as { noteCspViolation: (violation: string) => void };
          noteCspViolation(`${effectiveDirective} blocks ${blockedURI} on ${documentURI}`);
        },
      );
    });
  }
}
