import type { APIRequestContext } from '@playwright/test';

/** Faults to inject. Faults that are not given stay unchanged. */
export interface Faults {
  readonly api?: { readonly mode?: 'normal' | 'down' | 'failing'; readonly delayMs?: number };
  readonly throttle?: { readonly forced: boolean };
  readonly clock?: { readonly offsetMs: number };
}

/** Injects faults into the local cloud through the HTTP interface of its console. */
export class FaultInjection {
  constructor(
    private readonly request: APIRequestContext,
    private readonly consoleUrl: string,
  ) {}

  /** Sets the given faults. */
  async set(faults: Faults): Promise<void> {
    await this.#expectDone(await this.request.patch(`${this.consoleUrl}/switches`, { data: faults }));
  }

  /** Runs an action that happens once. */
  async run(action: 'expire-tokens' | 'revoke-tokens' | 'reset'): Promise<void> {
    await this.#expectDone(await this.request.post(`${this.consoleUrl}/switches/${action}`, { data: {} }));
  }

  async #expectDone(response: Awaited<ReturnType<APIRequestContext['get']>>): Promise<void> {
    if (!response.ok())
      throw new Error(`${response.url()} returned ${response.status()}: ${await response.text()}`);
  }
}
