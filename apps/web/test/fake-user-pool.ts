import type { RuntimeConfig } from '@spa-on-aws/shared-types';
import { vi } from 'vitest';
import { json } from './json';

/** Configuration of the stage with the {@link FakeUserPool}. */
export const config: RuntimeConfig = {
  schemaVersion: 1,
  issuer: 'https://pool.example/eu-west-1_Test',
  cognitoDomain: 'https://login.example',
  clientId: 'client1',
  scopes: ['openid', 'profile', 'greetings/read'],
};

/** Origin of the site in tests; `vitest.config.ts` sets it too. */
export const origin = 'https://site.example';

/** Fake of a Cognito user pool with one user. Its tokens have no valid signature, because the app does not check it. */
export class FakeUserPool {
  /** Requests in order: last path segment and form parameters. */
  readonly requests: { path: string; form: URLSearchParams }[] = [];
  tokenLifetimeSeconds = 3600;
  /** Refresh token rotation without a grace period (CG-TK-11). */
  rotates = false;
  /** Delays the responses to renewals. */
  pause: Promise<unknown> = Promise.resolve();
  #refreshToken = 'refresh-1';
  readonly #redeemed = new Set<string>();
  readonly #revoked = new Set<string>();
  readonly #loggedInAt = Math.floor(Date.now() / 1000);

  /** Replaces `fetch`, so that the code under test can reach only this pool. */
  listen(): this {
    vi.stubGlobal('fetch', (input: string, init?: RequestInit) => this.#respond(input, init));
    return this;
  }

  /** Returns the number of token requests with this grant type. */
  grants(grant: 'authorization_code' | 'refresh_token'): number {
    return this.requests.filter(({ form }) => form.get('grant_type') === grant).length;
  }

  async #respond(input: string, init?: RequestInit): Promise<Response> {
    const { origin, pathname } = new URL(input);
    const form = new URLSearchParams(init?.body as URLSearchParams | undefined);
    this.requests.push({ path: pathname.split('/').at(-1) ?? '', form });
    if (origin + pathname === `${config.issuer}/.well-known/openid-configuration`)
      return json(this.#discovery());
    if (origin !== config.cognitoDomain) throw new TypeError(`FakeUserPool has no endpoint ${input}`);
    if (pathname === '/oauth2/token') return this.#token(form);
    if (pathname === '/oauth2/revoke') {
      this.#revoked.add(form.get('token') ?? '');
      return new Response();
    }
    return json({}, 404);
  }

  #discovery() {
    return {
      issuer: config.issuer,
      authorization_endpoint: `${config.cognitoDomain}/oauth2/authorize`,
      token_endpoint: `${config.cognitoDomain}/oauth2/token`,
      revocation_endpoint: `${config.cognitoDomain}/oauth2/revoke`,
    };
  }

  async #token(form: URLSearchParams): Promise<Response> {
    const code = form.get('code');
    const refreshToken = form.get('refresh_token');
    if (code !== null) {
      if (this.#redeemed.has(code) || !form.has('code_verifier'))
        return json({ error: 'invalid_grant' }, 400);
      this.#redeemed.add(code);
      return json({ ...this.#tokens(), refresh_token: this.#refreshToken });
    }
    await this.pause;
    if (refreshToken !== this.#refreshToken || this.#revoked.has(refreshToken)) {
      return json({ error: 'invalid_grant' }, 400);
    }
    if (!this.rotates) return json(this.#tokens());
    this.#refreshToken = `refresh-${this.requests.length}`;
    return json({ ...this.#tokens(), refresh_token: this.#refreshToken });
  }

  #tokens() {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      sub: 'user-1',
      iss: config.issuer,
      aud: config.clientId,
      name: 'Dana Demo',
      auth_time: this.#loggedInAt,
      iat: now,
      exp: now + this.tokenLifetimeSeconds,
      token_use: 'id',
    };
    return {
      id_token: `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`,
      access_token: `access-${this.requests.length}`,
      expires_in: this.tokenLifetimeSeconds,
      token_type: 'Bearer',
    };
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
