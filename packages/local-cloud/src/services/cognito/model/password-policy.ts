/** Password policy of a user pool. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly numbers: boolean;
  readonly symbols: boolean;
}

const MAXIMUM_LENGTH = 256;

/** Characters that Cognito counts as symbols. A space counts between other characters only. */
const SYMBOL = /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+=]|\S +\S/;

/** Lists the rules that the password breaks, e.g. `a number` (row CG-AD-03). */
export function passwordFaults(password: string, policy: PasswordPolicy): string[] {
  const faults: string[] = [];
  if (password.length < policy.minimumLength) faults.push(`at least ${policy.minimumLength} characters`);
  if (password.length > MAXIMUM_LENGTH) faults.push(`at most ${MAXIMUM_LENGTH} characters`);
  if (policy.uppercase && !/[A-Z]/.test(password)) faults.push('an upper-case letter');
  if (policy.lowercase && !/[a-z]/.test(password)) faults.push('a lower-case letter');
  if (policy.numbers && !/\d/.test(password)) faults.push('a number');
  if (policy.symbols && !SYMBOL.test(password)) faults.push('a symbol');
  return faults;
}

/** Lists the rules of the policy, e.g. `a number`. */
export function passwordRules(policy: PasswordPolicy): string[] {
  return passwordFaults('', policy);
}
