import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { ContactAttribute } from '../model/user-pool';
import type { User } from './user-file';

/** Where a code goes: an attribute of the user. */
export interface Destination {
  readonly attribute: ContactAttribute;
  readonly address: string;
}

/** Returns the first of the attributes that the user has. */
export function destinationOf(
  { attributes }: Pick<User, 'attributes'>,
  candidates: readonly ContactAttribute[],
): Destination | undefined {
  const attribute = candidates.find((name) => attributes[name] !== undefined);
  return attribute && { attribute, address: String(attributes[attribute]) };
}

export function newCode(digits = 6): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0');
}

/** Logs what AWS would send by e-mail or SMS. */
export function sendMessage(log: Logger, { attribute, address }: Destination, text: string): void {
  const medium = attribute === 'email' ? 'e-mail' : 'text message';
  log.info({ to: address }, `${medium} of the user pool: ${text}`);
}
