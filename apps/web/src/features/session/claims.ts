import { claimText, otherClaimText } from '../../shared/strings';

const displayOrder = Object.keys(claimText);
const timeClaims = new Set(['auth_time', 'iat', 'exp', 'nbf']);

/**
 * Returns the claims of a token in display order, with descriptions and formatted values. `date` is set if the claim is a
 * time. Claims without a description of their own come last, sorted by name.
 */
export function describeClaims(claims: Readonly<Record<string, unknown>>) {
  return Object.entries(claims)
    .map(([name, value]) => ({
      name,
      description:
        claimText[name] ?? (name.startsWith('custom:') ? otherClaimText.custom : otherClaimText.unknown),
      value: format(value),
      ...(timeClaims.has(name) && typeof value === 'number' ? { date: new Date(value * 1000) } : {}),
    }))
    .sort((a, b) => position(a.name) - position(b.name) || a.name.localeCompare(b.name));
}

function position(name: string): number {
  return displayOrder.includes(name) ? displayOrder.indexOf(name) : displayOrder.length;
}

function format(value: unknown): string {
  if (Array.isArray(value)) return value.map(format).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
