import { settings } from '../settings';
import type { Clock } from './clock';

const LIFETIME_SECONDS = 300;

/** Faults of the network and of Cognito. `lost`: Cognito handles the request, but its response does not arrive. */
export const FAULTS = ['unreachable', 'lost', 'hanging', 'error', 'not-json'] as const;
export type Fault = (typeof FAULTS)[number];

interface RefreshToken {
  readonly login: string;
  /** When a renewal has replaced this token. */
  replacedAt?: number;
}

/** Handlers of what a user pool sees. */
export interface Observer {
  /** Returns true if the tab is still open. */
  isOpen: (tab: number) => boolean;
  /** A tab renews with a refresh token that a renewal has replaced. */
  onReplacedToken: (tab: number, login: string, token: string) => void;
  /** Two renewals run at the same time. */
  onConcurrentRenewals: () => void;
  /** A tab revokes a refresh token. Cognito then rejects all refresh tokens of its login. */
  onRevocation: (tab: number, login: string) => void;
}

/** A user pool with refresh token rotation, behind a network with faults. */
export class SimulatedUserPool {
  /** Logins whose renewal was rejected. */
  readonly rejectedLogins = new Set<string>();
  /** Faults of the next requests. */
  readonly faults: Fault[] = [];
  readonly #tokens = new Map<string, RefreshToken>();
  readonly #loginTimes = new Map<string, number>();
  readonly #revokedLogins = new Set<string>();
  readonly #renewing = new Set<number>();

  constructor(
    private readonly clock: Clock,
    private readonly delay: () => number,
    private readonly rotation: { readonly graceSeconds: number } | undefined,
    private readonly observer: Observer,
  ) {}

  revoke(login: string): void {
    this.#revokedLogins.add(login);
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const tab = Number((init.headers as Record<string, string>)['x-tab']);
    if (!this.observer.isOpen(tab)) return new Promise(() => {});
    const form = new URLSearchParams(init.body as URLSearchParams | undefined);
    const isRenewal = form.get('grant_type') === 'refresh_token';
    if (isRenewal) this.#begin(tab, form.get('refresh_token') ?? '');
    try {
      return await this.#transmit(
        tab,
        init.signal ?? undefined,
        form.has('code') ? undefined : this.faults.shift(),
        () => this.#respond(tab, new URL(url).pathname, form),
      );
    } finally {
      if (isRenewal) this.#renewing.delete(tab);
    }
  };

  #begin(tab: number, name: string): void {
    const token = this.#tokens.get(name);
    if (token?.replacedAt !== undefined) this.observer.onReplacedToken(tab, token.login, name);
    for (const other of this.#renewing) if (!this.observer.isOpen(other)) this.#renewing.delete(other);
    if (this.#renewing.size > 0) this.observer.onConcurrentRenewals();
    this.#renewing.add(tab);
  }

  async #transmit(
    tab: number,
    signal: AbortSignal | undefined,
    fault: Fault | undefined,
    respond: () => Response,
  ): Promise<Response> {
    await this.clock.wait(this.delay());
    if (fault === 'unreachable' || !navigator.onLine) throw new TypeError('Failed to fetch');
    if (fault === 'error') return response(503, { error: 'temporarily_unavailable' });
    if (fault === 'not-json') return response(502, undefined);
    const answer = respond();
    if (fault === 'hanging') {
      await new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError'))),
      );
    }
    await this.clock.wait(this.delay());
    if (!this.observer.isOpen(tab)) return new Promise(() => {});
    if (fault === 'lost' || !navigator.onLine) throw new TypeError('Failed to fetch');
    return answer;
  }

  #respond(tab: number, pathname: string, form: URLSearchParams): Response {
    if (pathname.endsWith('openid-configuration')) return response(200, discovery);
    if (pathname.endsWith('revoke')) {
      const login = this.#tokens.get(form.get('token') ?? '')?.login;
      if (login !== undefined) {
        this.observer.onRevocation(tab, login);
        this.revoke(login);
      }
      return response(200, {});
    }
    const code = form.get('code');
    if (code !== null) {
      this.#loginTimes.set(code, Math.floor(this.clock.now / 1000));
      return response(200, { ...this.#newTokens(code), refresh_token: this.#newRefreshToken(code) });
    }
    return this.#renew(form.get('refresh_token') ?? '');
  }

  #renew(name: string): Response {
    const token = this.#tokens.get(name);
    if (!token) throw new Error(`A tab renews with the unknown refresh token ${name}`);
    const { login, replacedAt } = token;
    const graceMs = (this.rotation?.graceSeconds ?? 0) * 1000;
    const isReplaced = replacedAt !== undefined && this.clock.now - replacedAt > graceMs;
    if (isReplaced || this.#revokedLogins.has(login)) {
      this.rejectedLogins.add(login);
      return response(400, { error: 'invalid_grant' });
    }
    if (!this.rotation) return response(200, this.#newTokens(login));
    token.replacedAt ??= this.clock.now;
    return response(200, { ...this.#newTokens(login), refresh_token: this.#newRefreshToken(login) });
  }

  #newRefreshToken(login: string): string {
    const name = `refresh-${this.#tokens.size + 1}`;
    this.#tokens.set(name, { login });
    return name;
  }

  #newTokens(login: string) {
    const iat = Math.floor(this.clock.now / 1000);
    const claims = {
      sub: 'user-1',
      origin_jti: login,
      auth_time: this.#loginTimes.get(login),
      iat,
      exp: iat + LIFETIME_SECONDS,
    };
    return {
      id_token: `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
      access_token: `access-${(this.#accessTokens += 1)}`,
      expires_in: LIFETIME_SECONDS,
      token_type: 'Bearer',
    };
  }
  #accessTokens = 0;
}

const discovery = {
  issuer: settings.authority,
  authorization_endpoint: `${settings.cognitoDomain}/oauth2/authorize`,
  token_endpoint: `${settings.cognitoDomain}/oauth2/token`,
  revocation_endpoint: `${settings.cognitoDomain}/oauth2/revoke`,
};

/** Returns a response with a JSON body, or with none. Node's `Response` would need real time to read it. */
function response(status: number, body: object | undefined): Response {
  const text = body ? JSON.stringify(body) : '<html>';
  return {
    ok: status < 400,
    status,
    statusText: '',
    headers: new Headers({ 'content-type': 'application/json' }),
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
  } as Response;
}
