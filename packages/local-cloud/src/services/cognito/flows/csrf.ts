import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The cookie that ties forms to a browser. */
export const CSRF_COOKIE = 'XSRF-TOKEN';

/** What the browser keeps in that cookie; the one it has, if that is one of ours by its looks. */
export function browserIdOf(cookie: string | undefined): string {
  return cookie !== undefined && /^[\w-]{43}$/.test(cookie) ? cookie : randomBytes(32).toString('base64url');
}

/** Ties a login form to the browser it was sent to, for as long as a sign-in may take (row CG-AZ-16). */
export class CsrfTokens {
  readonly #key: Buffer;
  readonly #lifetimeMs: number;

  constructor(key: Buffer, lifetimeSeconds: number) {
    this.#key = key;
    this.#lifetimeMs = lifetimeSeconds * 1_000;
  }

  /** What goes into the form. */
  issue(browserId: string, nowMs: number): string {
    return `${nowMs}.${this.#mac(browserId, String(nowMs)).toString('base64url')}`;
  }

  /** Whether the form was issued to this browser and is not too old. */
  accepts(browserId: string | undefined, field: string | null, nowMs: number): boolean {
    const [issued = '', mac = ''] = (field ?? '').split('.');
    if (browserId === undefined || !/^\d+$/.test(issued)) return false;
    const expected = this.#mac(browserId, issued);
    const given = Buffer.from(mac, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    return nowMs - Number(issued) <= this.#lifetimeMs;
  }

  #mac(browserId: string, issued: string): Buffer {
    return createHmac('sha256', this.#key).update(`${browserId}.${issued}`).digest();
  }
}
