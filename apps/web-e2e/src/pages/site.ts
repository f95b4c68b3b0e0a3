import type { Locator, Page } from '@playwright/test';

/** The site: what each of its pages has, and where they are. */
export class Site {
  readonly loginButton: Locator;
  readonly logoutButton: Locator;
  readonly nameField: Locator;
  /** The greeting, once fetched. */
  readonly greeting: Locator;
  /** Why there is none. */
  readonly error: Locator;
  /** Who is signed in. */
  readonly session: Locator;
  readonly notFound: Locator;
  readonly #fetchButton: Locator;

  constructor(readonly page: Page) {
    this.loginButton = page.getByRole('button', { name: 'Login' });
    this.logoutButton = page.getByRole('button', { name: 'Logout' });
    this.nameField = page.getByLabel('Name to greet');
    this.greeting = page.getByRole('status');
    this.error = page.getByRole('alert');
    this.session = page.getByRole('region', { name: 'Session' });
    this.notFound = page.getByRole('heading', { name: 'Page not found' });
    this.#fetchButton = page.getByRole('button', { name: 'Fetch Data' });
  }

  /** Opens a page of the site by its path. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(path);
  }

  /** Asks for a greeting, of `name` when given. */
  async fetchData(name?: string): Promise<void> {
    if (name !== undefined) await this.nameField.fill(name);
    await this.#fetchButton.click();
  }
}
