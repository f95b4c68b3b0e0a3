/** Standard attributes of the scope `profile`, as OpenID Connect lists them. */
export const PROFILE_ATTRIBUTES = [
  'address',
  'birthdate',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'picture',
  'preferred_username',
  'profile',
  'updated_at',
  'website',
  'zoneinfo',
] as const;

/** Formats of the attributes that codes are sent to. */
export const CONTACT_FORMATS = { email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, phone_number: /^\+\d{2,15}$/ } as const;

const LABELS: Readonly<Record<string, string>> = {
  email: 'Email address',
  phone_number: 'Phone number',
  birthdate: 'Birth date',
  family_name: 'Family name',
  given_name: 'Given name',
  middle_name: 'Middle name',
  preferred_username: 'Preferred username',
  zoneinfo: 'Time zone',
};

export function attributeLabel(attribute: string): string {
  const plain = attribute.replace(/^custom:/, '').replaceAll('_', ' ');
  return LABELS[attribute] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Scope of an attribute; custom attributes belong to `profile` (row CG-JT-04). */
export function scopeOf(attribute: string): 'email' | 'phone' | 'profile' {
  if (attribute === 'email' || attribute === 'email_verified') return 'email';
  return attribute === 'phone_number' || attribute === 'phone_number_verified' ? 'phone' : 'profile';
}

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

export function passwordRules(policy: PasswordPolicy): string[] {
  return passwordFaults('', policy);
}
