import type { Locator, Page } from '@playwright/test';

/** Locators and actions of the console. */
export class ConsolePage {
  readonly requests: Locator;
  /** The selected request. */
  readonly detail: Locator;
  readonly explanation: Locator;
  readonly log: Locator;
  /** The form that sends the selected request again. */
  readonly resend: Locator;
  readonly comparison: Locator;
  readonly live: Locator;
  readonly banners: Locator;
  readonly faults: Locator;
  readonly faultsButton: Locator;
  readonly message: Locator;
  readonly pathFilter: Locator;
  /** Names of the nodes that the selected request passed. */
  readonly requestPath: Locator;
  readonly #url: string;

  constructor(
    readonly page: Page,
    url: string,
  ) {
    this.#url = url;
    this.requests = page.getByRole('region', { name: /^Requests/ }).getByRole('listitem');
    this.detail = page.getByRole('region', { name: 'Request', exact: true });
    this.explanation = this.detail.getByRole('region', { name: 'Explanation' });
    this.log = this.detail.locator('.log');
    this.resend = this.detail.getByRole('form', { name: 'Edit and resend' });
    this.comparison = this.detail.getByRole('region', { name: 'Comparison' });
    this.live = page.getByRole('status').filter({ hasText: /live|respond/i });
    this.banners = page.getByRole('region', { name: 'Active faults' });
    this.faults = page.getByRole('complementary', { name: 'Fault injection' });
    this.faultsButton = page.getByRole('button', { name: /^Fault injection/ });
    this.message = this.faults.getByRole('status').first();
    this.pathFilter = page.getByRole('searchbox', { name: 'Path contains' });
    this.requestPath = page.locator('.node.on-path h3');
  }

  /** Opens the page and waits until it is live. */
  async open(): Promise<void> {
    await this.page.goto(this.#url);
    await this.live.filter({ hasText: 'Live' }).waitFor();
  }

  /** Returns the row of a request, by its text. */
  request(text: string | RegExp): Locator {
    return this.requests.filter({ hasText: text }).first();
  }

  /** Returns the hops of a service in the selected request. */
  hop(service: string): Locator {
    const heading = this.page.getByRole('heading', { name: service, exact: true });
    return this.detail.getByRole('listitem').filter({ has: heading });
  }

  /** Returns a button for the selected request. */
  action(name: string): Locator {
    return this.detail.getByRole('group', { name: 'Actions for the request' }).getByRole('button', { name });
  }

  /** Selects a request of the list. */
  async select(text: string | RegExp): Promise<void> {
    await this.request(text).getByRole('link').click();
  }
}
