import { claimText, otherClaimText } from '../../shared/strings';

/** One claim of a token, ready to be read. */
export interface DescribedClaim {
  name: string;
  /** What the claim is for, in a few words. */
  meaning: string;
  value: string;
  /** The moment it stands for, when it is one. */
  moment?: Date;
}

/** The order they are shown in: who, then when, then the token itself. */
const order = Object.keys(claimText);
const moments = new Set(['auth_time', 'iat', 'exp', 'nbf']);

/** Makes a token's claims readable; the ones we cannot explain come last, by name. */
export function describeClaims(claims: Readonly<Record<string, unknown>>): DescribedClaim[] {
  return Object.entries(claims)
    .map(([name, value]) => ({
      name,
      meaning:
        claimText[name] ?? (name.startsWith('custom:') ? otherClaimText.custom : otherClaimText.unknown),
      value: readable(value),
      ...(moments.has(name) && typeof value === 'number' ? { moment: new Date(value * 1000) } : {}),
    }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}

function rank(name: string): number {
  return order.includes(name) ? order.indexOf(name) : order.length;
}

function readable(value: unknown): string {
  if (Array.isArray(value)) return value.map(readable).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
