import type { Locator, Page } from '@playwright/test';

/** Page object of the saved greetings. */
export class SavedGreetings {
  readonly panel: Locator;
  readonly saveButton: Locator;
  readonly #nameField: Locator;

  constructor(page: Page) {
    this.panel = page.getByRole('region', { name: 'Saved greetings' });
    this.saveButton = this.panel.getByRole('button', { name: 'Save greeting' });
    this.#nameField = this.panel.getByLabel('Name to greet');
  }

  /** Types a name and clicks "Save greeting". */
  async save(name: string): Promise<void> {
    await this.#nameField.fill(name);
    await this.saveButton.click();
  }
}
