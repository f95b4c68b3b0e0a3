import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Cookie that identifies the browser of a form. */
export const CSRF_COOKIE = 'XSRF-TOKEN';

/** A form expires after five minutes (row CG-AZ-16). */
const FORM_MS = 300_000;

/** Returns the browser id in the cookie, or a new one if the cookie is missing or not valid. */
export function browserIdOf(cookie: string | undefined): string {
  return cookie !== undefined && /^[\w-]{43}$/.test(cookie) ? cookie : randomBytes(32).toString('base64url');
}

/** Issues a token for a form that is sent to a browser. */
export function issueCsrfToken(key: Buffer, browserId: string, nowMs: number): string {
  return `${nowMs}.${mac(key, browserId, String(nowMs)).toString('base64url')}`;
}

/** Returns whether the token was issued to this browser and has not expired. */
export function acceptsCsrfToken(
  key: Buffer,
  browserId: string | undefined,
  token: string | null,
  nowMs: number,
): boolean {
  const [issued = '', signature = ''] = (token ?? '').split('.');
  if (browserId === undefined || !/^\d+$/.test(issued)) return false;
  const expected = mac(key, browserId, issued);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  return nowMs - Number(issued) <= FORM_MS;
}

function mac(key: Buffer, browserId: string, issued: string): Buffer {
  return createHmac('sha256', key).update(`${browserId}.${issued}`).digest();
}
