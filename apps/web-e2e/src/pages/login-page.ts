import type { Locator, Page } from '@playwright/test';
import type { Account } from '../deployment';

/**
 * Cognito's managed login page, or the local cloud's.
 *
 * The selectors are what both have in common: the names of the fields, which are those of the form's parameters.
 */
export class LoginPage {
  readonly username: Locator;
  readonly password: Locator;
  /** What the page says after a failed attempt. */
  readonly error: Locator;
  readonly #submit: Locator;

  constructor(page: Page) {
    // Cognito's classic page has every form twice, one of them hidden.
    this.username = page.locator('input[name=username]:visible');
    this.password = page.locator('input[name=password]:visible');
    this.error = page
      .getByRole('alert')
      .or(page.getByText(/incorrect username or password/i))
      .first();
    this.#submit = page.locator('button[type=submit]:visible, input[type=submit]:visible').first();
  }

  /** Fills in the form and sends it. */
  async signIn({ username, password }: Account): Promise<void> {
    await this.username.fill(username);
    // A pool with more than one way to sign in asks for the name alone first.
    if (!(await this.password.isVisible())) await this.#submit.click();
    await this.password.fill(password);
    await this.#submit.click();
  }
}
