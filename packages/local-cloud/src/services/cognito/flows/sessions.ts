import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider/lib/provider.js';

/** The session that a browser keeps in the cookie `cognito`. */
export class Sessions {
  readonly #provider: Provider;
  readonly #lifetimeSeconds: number;

  constructor(provider: Provider, lifetimeSeconds: number) {
    this.#provider = provider;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  /** Starts a new session; the browser's former one ends, whoever it belonged to. */
  async start(request: IncomingMessage, response: ServerResponse, accountId: string): Promise<void> {
    const { Session } = this.#provider;
    const context = this.#provider.createContext(request, response);
    await (await Session.get(context)).destroy();
    const session = new Session();
    session.loginAccount({ accountId });
    await session.save(this.#lifetimeSeconds);
    context.cookies.set(this.#provider.cookieName('session'), session.jti, {
      httpOnly: true,
      maxAge: this.#lifetimeSeconds * 1_000,
      sameSite: 'lax',
      signed: true,
    });
  }

  /** Ends the browser's session, if it has one. Tokens stay good (row CG-LO-05). */
  async end(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const context = this.#provider.createContext(request, response);
    await (await this.#provider.Session.get(context)).destroy();
    context.cookies.set(this.#provider.cookieName('session'), null, { signed: true });
  }
}
