import { vi } from 'vitest';
import { settings } from './settings';

/** Fake of a Cognito user pool with one user. Its tokens have no valid signature, because oidc-client-ts does not check it. */
export class FakeUserPool {
  /** Requests in order: last path segment and form parameters. */
  readonly requests: { path: string; form: URLSearchParams }[] = [];
  tokenLifetimeSeconds = 3600;
  /** Refresh token rotation without a grace period (CG-TK-11). */
  rotates = false;
  /** Delays the responses to renewals. */
  pause: Promise<unknown> = Promise.resolve();
  /** The refresh token that is valid now. */
  refreshToken = 'refresh-1';
  /** Answer to renewals, instead of tokens. */
  error: object | undefined;
  readonly #redeemed = new Set<string>();
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

  /** Returns the tokens in revocation requests. */
  get revocations(): string[] {
    return this.requests.flatMap(({ path, form }) => (path === 'revoke' ? [form.get('token') ?? ''] : []));
  }

  async #respond(input: string, init?: RequestInit): Promise<Response> {
    const { origin, pathname } = new URL(input);
    const form = new URLSearchParams(init?.body as URLSearchParams | undefined);
    this.requests.push({ path: pathname.split('/').at(-1) ?? '', form });
    if (origin + pathname === `${settings.authority}/.well-known/openid-configuration`)
      return json(this.#discovery());
    if (origin !== settings.cognitoDomain) throw new TypeError(`FakeUserPool has no endpoint ${input}`);
    if (pathname === '/oauth2/token') return this.#token(form);
    if (pathname === '/oauth2/revoke') return new Response();
    return json({}, 404);
  }

  #discovery() {
    return {
      issuer: settings.authority,
      authorization_endpoint: `${settings.cognitoDomain}/oauth2/authorize`,
      token_endpoint: `${settings.cognitoDomain}/oauth2/token`,
      revocation_endpoint: `${settings.cognitoDomain}/oauth2/revoke`,
    };
  }

  async #token(form: URLSearchParams): Promise<Response> {
    const code = form.get('code');
    const refreshToken = form.get('refresh_token');
    if (code !== null) {
      if (this.#redeemed.has(code) || !form.has('code_verifier'))
        return json({ error: 'invalid_grant' }, 400);
      this.#redeemed.add(code);
      return json({ ...this.#tokens(), refresh_token: this.refreshToken });
    }
    await this.pause;
    if (this.error) return json(this.error, 503);
    if (refreshToken !== this.refreshToken || this.revocations.includes(refreshToken)) {
      return json({ error: 'invalid_grant' }, 400);
    }
    if (!this.rotates) return json(this.#tokens());
    this.refreshToken = `refresh-${this.requests.length}`;
    return json({ ...this.#tokens(), refresh_token: this.refreshToken });
  }

  #tokens() {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      sub: 'user-1',
      iss: settings.authority,
      aud: settings.client_id,
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

/** Returns a response with a JSON body. */
function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
