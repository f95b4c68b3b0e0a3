import type { PasswordPolicyType } from '@aws-sdk/client-cognito-identity-provider';
import { randomInt } from 'node:crypto';

/** Characters that are not taken for one another, and that shells and e-mails leave alone. */
const KINDS = {
  lowercase: 'abcdefghijkmnpqrstuvwxyz',
  uppercase: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  number: '23456789',
  symbol: '-_.+=@%',
} as const;

const USUAL_LENGTH = 20;

/**
 * A random password that keeps a user pool's policy: at least 20 characters, of each kind at least one.
 *
 * A policy may not ask for less than what this gives, only for more characters.
 */
export function generatePassword(policy: Pick<PasswordPolicyType, 'MinimumLength'> = {}): string {
  const length = Math.max(USUAL_LENGTH, policy.MinimumLength ?? 0);
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
