import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;

/** A code may be one step early or late: clocks differ, and typing takes time. */
const WINDOW = 1;

export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** URI of a secret for authenticator apps: `otpauth://totp/…`. The app shows `issuer` above the code, and `label`. */
export function totpUri(secret: string, names: { readonly issuer: string; readonly label: string }): string {
  return totp(secret, names).toString();
}

/** Returns the time step of a code; `undefined` when it is wrong or too old, or not after the last accepted `usedStep`. */
export function acceptedStep(
  secret: string,
  code: string,
  nowMs: number,
  usedStep: number | undefined,
): number | undefined {
  const token = code.replaceAll(' ', '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const delta = totp(secret).validate({ token, timestamp: nowMs, window: WINDOW });
  if (delta === null) return undefined;
  const step = Math.floor(nowMs / 1_000 / PERIOD_SECONDS) + delta;
  return usedStep !== undefined && step <= usedStep ? undefined : step;
}

export function totpCode(secret: string, atMs: number): string {
  return totp(secret).generate({ timestamp: atMs });
}

/** Six digits, SHA-1, 30 seconds, as Cognito's. */
function totp(secret: string, names: { issuer?: string; label?: string } = {}): TOTP {
  return new TOTP({ ...names, secret: Secret.fromBase32(secret), period: PERIOD_SECONDS });
}
