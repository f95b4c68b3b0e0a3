import type { Locator, Page } from '@playwright/test';
import * as z from 'zod/mini';

const StoredUser = z.object({ access_token: z.jwt(), id_token: z.jwt() });

/** Page object of the site: locators and actions of all its pages. */
export class Site {
  readonly loginButton: Locator;
  readonly logoutButton: Locator;
  readonly nameField: Locator;
  readonly fetchButton: Locator;
  readonly cancelButton: Locator;
  readonly retryButton: Locator;
  /** Status with the fetched greeting. */
  readonly greeting: Locator;
  /** List of earlier greetings. */
  readonly error: Locator;
  /** Panel with the signed-in user. */
  readonly session: Locator;
  readonly renewButton: Locator;
  readonly notFound: Locator;
  /** Heading of the current page. */
  readonly heading: Locator;
  /** Link that only administrators see. */
  readonly adminLink: Locator;
  /** Panel for administrators. */
  readonly statistics: Locator;
  readonly offline: Locator;

  constructor(readonly page: Page) {
    this.loginButton = page.getByRole('button', { name: 'Log in' });
    this.logoutButton = page.getByRole('banner').getByRole('button', { name: 'Log out' });
    this.nameField = page.getByLabel('Name to greet');
    this.fetchButton = page.getByRole('button', { name: 'Fetch Data' });
    this.cancelButton = page.getByRole('button', { name: 'Cancel' });
    this.retryButton = page.getByRole('button', { name: 'Try again' });
    this.greeting = page.getByRole('region', { name: 'Greeting', exact: true }).getByRole('status');
    this.error = page.getByRole('alert');
    this.session = page.getByRole('region', { name: 'Session' });
    this.renewButton = page.getByRole('button', { name: 'Renew now' });
    this.notFound = page.getByRole('heading', { name: 'Page not found' });
    this.heading = page.getByRole('heading', { level: 1 });
    this.adminLink = page.getByRole('navigation').getByRole('link', { name: 'Admin' });
    this.statistics = page.getByRole('region', { name: 'Statistics' });
    this.offline = page.getByText('You are offline. You can keep reading');
  }

  /** Opens a page by its path. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(path);
  }

  /** Clicks "Fetch Data", after typing `name` if it is given. */
  async fetchData(name?: string): Promise<void> {
    if (name !== undefined) await this.nameField.fill(name);
    await this.fetchButton.click();
  }

  /** Links in the navigation. */
  get links(): Locator {
    return this.page.getByRole('navigation').getByRole('link');
  }

  /** Goes to a page without a link, as a link of the site does. */
  async navigate(path: string): Promise<void> {
    await this.page.evaluate((target) => history.pushState(null, '', target), path);
  }

  /** Clicks a link in the navigation. */
  async follow(link: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: link }).click();
  }

  /** Reads the tokens that the site stores after sign-in. */
  async tokens(): Promise<{ readonly accessToken: string; readonly idToken: string }> {
    const stored = await this.page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
      return sessionStorage.getItem(key) ?? '{}';
    });
    const { access_token: accessToken, id_token: idToken } = StoredUser.parse(JSON.parse(stored));
    return { accessToken, idToken };
  }
}
