import type { APIRequestContext } from '@playwright/test';

/** What can be set; what is not named stays as it is. */
export interface Switches {
  readonly api?: { readonly mode?: 'normal' | 'down' | 'failing'; readonly delayMs?: number };
  readonly throttle?: { readonly forced: boolean };
  readonly clock?: { readonly offsetMs: number };
}

/** The local cloud's switches, by the console's own HTTP interface. */
export class CloudSwitches {
  constructor(
    private readonly request: APIRequestContext,
    private readonly consoleUrl: string,
  ) {}

  /** Sets what is named. */
  async set(switches: Switches): Promise<void> {
    await this.#expectDone(await this.request.patch(`${this.consoleUrl}/switches`, { data: switches }));
  }

  /** Does something that happens once. */
  async run(action: 'expire-tokens' | 'revoke-tokens' | 'reset'): Promise<void> {
    await this.#expectDone(await this.request.post(`${this.consoleUrl}/switches/${action}`, { data: {} }));
  }

  async #expectDone(answer: Awaited<ReturnType<APIRequestContext['get']>>): Promise<void> {
    if (!answer.ok()) throw new Error(`${answer.url()} answered ${answer.status()}: ${await answer.text()}`);
  }
}
