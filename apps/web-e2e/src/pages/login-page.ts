import type { Locator, Page } from '@playwright/test';
import type { Account } from '../deployment';

/**
 * Cognito's login page, or that of the local cloud.
 *
 * The selectors work on both pages: field names are the names of the form parameters.
 */
export class LoginPage {
  readonly username: Locator;
  readonly password: Locator;
  /** Error message after a failed attempt. */
  readonly error: Locator;
  readonly #submit: Locator;

  constructor(page: Page) {
    // Cognito's classic page contains each form twice, one of them hidden.
    this.username = page.locator('input[name=username]:visible');
    this.password = page.locator('input[name=password]:visible');
    this.error = page
      .getByRole('alert')
      .or(page.getByText(/incorrect username or password/i))
      .first();
    this.#submit = page.locator('button[type=submit]:visible, input[type=submit]:visible').first();
  }

  /** Fills in and submits the form. */
  async signIn({ username, password }: Account): Promise<void> {
    await this.username.fill(username);
    // A user pool with several sign-in methods asks only for the user name first.
    if (!(await this.password.isVisible())) await this.#submit.click();
    await this.password.fill(password);
    await this.#submit.click();
  }
}
