/** What a password of the pool must have. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly numbers: boolean;
  readonly symbols: boolean;
}

const MAXIMUM_LENGTH = 256;

/** The characters Cognito counts as symbols; a space counts inside a password only. */
const SYMBOL = /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+=]|\S +\S/;

/** What the password lacks, each as the end of a sentence; empty when the policy accepts it (row CG-AD-03). */
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

/** What the policy asks for, each as the end of a sentence. */
export function passwordRules(policy: PasswordPolicy): string[] {
  return passwordFaults('', policy);
}
