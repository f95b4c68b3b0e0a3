import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;

/** A code may be one step early or late: clocks differ, and people type slowly. */
const WINDOW = 1;

/** What an authenticator app is told: six digits, SHA-1, 30 seconds, as Cognito's. */
export interface TotpEnrolment {
  /** Base32. */
  readonly secret: string;
  /** `otpauth://totp/…`, which authenticator apps open or scan. */
  readonly uri: string;
}

/** A new secret for an authenticator app. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/**
 * @param issuer what the app shows above the code
 * @param label whose code it is
 */
export function totpEnrolment(secret: string, issuer: string, label: string): TotpEnrolment {
  return { secret, uri: totp(secret, { issuer, label }).toString() };
}

/**
 * The time step a code belongs to; `undefined` when it is wrong, too old, or of a step that was used before.
 *
 * @param usedStep the last step that was accepted
 */
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

/** The code an authenticator app shows at a time. */
export function totpCode(secret: string, atMs: number): string {
  return totp(secret).generate({ timestamp: atMs });
}

function totp(secret: string, names: { issuer?: string; label?: string } = {}): TOTP {
  return new TOTP({ ...names, secret: Secret.fromBase32(secret), period: PERIOD_SECONDS });
}
