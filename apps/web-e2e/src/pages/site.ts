import type { Locator, Page } from '@playwright/test';

/** The site: what each of its pages has, and where they are. */
export class Site {
  readonly loginButton: Locator;
  readonly logoutButton: Locator;
  readonly nameField: Locator;
  readonly fetchButton: Locator;
  readonly cancelButton: Locator;
  readonly retryButton: Locator;
  /** The greeting, once fetched. */
  readonly greeting: Locator;
  /** The greetings before it. */
  readonly history: Locator;
  /** Why there is none. */
  readonly error: Locator;
  /** Who is signed in. */
  readonly session: Locator;
  readonly renewButton: Locator;
  readonly notFound: Locator;
  /** The title of the page one is on. */
  readonly heading: Locator;
  /** The greetings the API remembers. */
  readonly greetings: Locator;
  readonly offline: Locator;

  constructor(readonly page: Page) {
    this.loginButton = page.getByRole('button', { name: 'Login' });
    this.logoutButton = page.getByRole('banner').getByRole('button', { name: 'Logout' });
    this.nameField = page.getByLabel('Name to greet');
    this.fetchButton = page.getByRole('button', { name: 'Fetch Data' });
    this.cancelButton = page.getByRole('button', { name: 'Cancel' });
    this.retryButton = page.getByRole('button', { name: 'Try again' });
    this.greeting = page.getByRole('region', { name: 'Greeting', exact: true }).getByRole('status');
    this.history = page.getByRole('list', { name: 'Earlier in this session' });
    this.error = page.getByRole('alert');
    this.session = page.getByRole('region', { name: 'Session' });
    this.renewButton = page.getByRole('button', { name: 'Renew now' });
    this.notFound = page.getByRole('heading', { name: 'Page not found' });
    this.heading = page.getByRole('heading', { level: 1 });
    this.greetings = page.getByRole('region', { name: 'Greetings, newest first' });
    this.offline = page.getByText('You are offline. What is on the page stays');
  }

  /** Opens a page of the site by its path. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(path);
  }

  /** Asks for a greeting, of `name` when given. */
  async fetchData(name?: string): Promise<void> {
    if (name !== undefined) await this.nameField.fill(name);
    await this.fetchButton.click();
  }

  /** Goes to a page by the link at the top. */
  async follow(link: 'Home' | 'Greetings' | 'Session'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: link }).click();
  }
}
