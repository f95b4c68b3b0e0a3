import type { Locator, Page } from '@playwright/test';

/** The console of the local cloud: what it has, and what can be done there. */
export class ConsolePage {
  readonly requests: Locator;
  /** The request that is open. */
  readonly detail: Locator;
  /** What happened, in plain words. */
  readonly explanation: Locator;
  readonly log: Locator;
  readonly live: Locator;
  readonly banners: Locator;
  readonly switches: Locator;
  readonly switchesButton: Locator;
  readonly said: Locator;
  readonly pathFilter: Locator;
  /** Names of the nodes on the road of the open request. */
  readonly road: Locator;
  readonly #url: string;

  constructor(
    readonly page: Page,
    url: string,
  ) {
    this.#url = url;
    this.requests = page.getByRole('region', { name: /^Requests/ }).getByRole('listitem');
    this.detail = page.getByRole('region', { name: 'Request', exact: true });
    this.explanation = this.detail.getByRole('region', { name: 'In plain words' });
    this.log = this.detail.locator('.log');
    this.live = page.getByRole('status').filter({ hasText: /live|answer/i });
    this.banners = page.getByRole('region', { name: 'Switched on' });
    this.switches = page.getByRole('complementary', { name: 'Switches' });
    this.switchesButton = page.getByRole('button', { name: /^Switches/ });
    this.said = this.switches.getByRole('status').first();
    this.pathFilter = page.getByRole('searchbox', { name: 'Path contains' });
    this.road = page.locator('.node.on-road h3');
  }

  /** Opens the page and waits until it is live. */
  async open(): Promise<void> {
    await this.page.goto(this.#url);
    await this.live.filter({ hasText: 'Live' }).waitFor();
  }

  /** The row of a request, by what it says. */
  request(text: string | RegExp): Locator {
    return this.requests.filter({ hasText: text }).first();
  }

  /** What one service did with the open request. */
  hop(service: string): Locator {
    const heading = this.page.getByRole('heading', { name: service, exact: true });
    return this.detail.getByRole('listitem').filter({ has: heading });
  }

  /** Opens a request of the list. */
  async openRequest(text: string | RegExp): Promise<void> {
    await this.request(text).getByRole('link').click();
  }
}
