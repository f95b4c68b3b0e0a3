import { createHash } from 'node:crypto';
import { CALLBACK } from './template';

/** A PKCE verifier of legal length, and its challenge. */
export const VERIFIER = 'a-verifier-that-is-long-enough-to-be-a-verifier-0';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** A response of the token endpoint. */
interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A browser with cookies that does not follow redirects. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    readonly origin: string,
    readonly clientId: string,
  ) {}

  /** Sends a request with the cookies, and stores those of the response. */
  async fetch(target: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) {
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await fetch(new URL(target, this.origin), { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }

  /** `GET /oauth2/authorize` with valid parameters and `changes`; `undefined` removes one. */
  authorize(changes: Record<string, string | undefined> = {}): Promise<Response> {
    return this.fetch(`/oauth2/authorize?${this.query(changes)}`);
  }

  /** The query of {@link authorize}. */
  query(changes: Record<string, string | undefined> = {}): string {
    const parameters = {
      client_id: this.clientId,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid email profile greetings/read',
      state: 'a-state',
      nonce: 'a-nonce',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...changes,
    };
    const given = Object.entries(parameters).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return new URLSearchParams(given).toString();
  }

  /** Opens the login page at the given path and sends its form. */
  async submitLogin(path: string, username: string, password: string): Promise<Response> {
    const page = await (await this.fetch(path)).text();
    const csrf = /name="_csrf" value="([^"]*)"/.exec(page)?.[1] ?? '';
    return this.fetch(path, {
      method: 'POST',
      body: new URLSearchParams({ _csrf: csrf, username, password }),
    });
  }

  /** Fills in and submits the form of a page. */
  async submitForm(page: Response | string, fields: Readonly<Record<string, string>>): Promise<Response> {
    const text = typeof page === 'string' ? page : await page.text();
    const action = /<form method="post" action="([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const hidden = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const body = new URLSearchParams(
      hidden.map(([, name = '', value = '']): [string, string] => [name, value]),
    );
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.fetch(action, { method: 'POST', body });
  }

  /** Follows the redirect of a finished sign-in. @returns the parameters of the callback */
  async comeBack(signedIn: Response): Promise<URLSearchParams> {
    return locationOf(await this.fetch(locationOf(signedIn).href)).searchParams;
  }

  /** Signs in. @returns the parameters of the callback */
  async signIn(
    { username, password }: { username: string; password: string },
    changes: Record<string, string | undefined> = {},
  ): Promise<URLSearchParams> {
    const toLogin = locationOf(await this.authorize(changes));
    const back = locationOf(await this.submitLogin(toLogin.href, username, password));
    const callback = locationOf(await this.fetch(back.href));
    return callback.searchParams;
  }

  /** Exchanges a code for tokens, with valid parameters and `changes`. */
  redeem(code: string | null, changes: Record<string, string | undefined> = {}): Promise<TokenAnswer> {
    return this.token({
      grant_type: 'authorization_code',
      client_id: this.clientId,
      code: code ?? '',
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
      ...changes,
    });
  }

  /** `POST /oauth2/token` without cookies; `undefined` removes a parameter. */
  async token(parameters: Record<string, string | undefined>): Promise<TokenAnswer> {
    const given = Object.entries(parameters).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const response = await fetch(new URL('/oauth2/token', this.origin), {
      method: 'POST',
      body: new URLSearchParams(given),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(/;\s*/);
    const mark = pair.indexOf('=');
    const name = pair.slice(0, mark);
    const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice('expires='.length);
    if (expires !== undefined && Date.parse(expires) <= Date.now()) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(mark + 1));
  }
}

/** Location of a redirect. */
export function locationOf(response: Response): URL {
  const location = response.headers.get('location');
  if (location === null) throw new TypeError(`not a redirect but ${response.status}`);
  return new URL(location);
}
