import type { PasswordPolicyType } from '@aws-sdk/client-cognito-identity-provider';
import { randomInt } from 'node:crypto';

/** Characters that are not mistaken for one another, and that need no quoting in shells and emails. */
const KINDS = {
  lowercase: 'abcdefghijkmnpqrstuvwxyz',
  uppercase: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  number: '23456789',
  symbol: '-_.+=@%',
} as const;

const MINIMUM_LENGTH = 20;

/** Generates a password for a user pool's policy: at least 20 characters, with at least one of each kind. */
export function generatePassword(policy: Pick<PasswordPolicyType, 'MinimumLength'> = {}): string {
  const length = Math.max(MINIMUM_LENGTH, policy.MinimumLength ?? 0);
  const kinds = Object.values(KINDS);
  const all = kinds.join('');
  const characters = Array.from({ length }, (_, index) => pick(kinds[index] ?? all));
  return shuffle(characters).join('');
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffle(characters: readonly string[]): string[] {
  const shuffled: string[] = [];
  for (const character of characters) shuffled.splice(randomInt(shuffled.length + 1), 0, character);
  return shuffled;
}
