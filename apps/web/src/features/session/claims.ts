/** One claim of a token, ready to be read. */
export interface DescribedClaim {
  name: string;
  /** What the claim is for, in a few words. */
  meaning: string;
  value: string;
  /** The moment it stands for, when it is one. */
  moment?: Date;
}

/** In the order they are shown: who, then when, then the token itself. */
const meanings: Record<string, string> = {
  name: 'Full name',
  given_name: 'First name',
  family_name: 'Last name',
  email: 'E-mail address',
  email_verified: 'Whether the address was confirmed',
  phone_number: 'Phone number',
  phone_number_verified: 'Whether the number was confirmed',
  'cognito:username': 'User name in the user pool',
  'cognito:groups': 'Groups the user belongs to',
  sub: 'Identifies the user, and never changes',
  auth_time: 'When the user logged in',
  iat: 'When this token was issued',
  exp: 'When this token expires',
  iss: 'The user pool that vouches for all this',
  aud: 'The app client the token is meant for',
  token_use: 'Which token this is',
  scope: 'What the token allows',
  nonce: 'Ties the token to the login request',
  at_hash: 'Ties the token to its access token',
  jti: 'Identifies this token',
  origin_jti: 'Identifies the login, through all renewals',
  event_id: 'Identifies the login in the logs',
};

const order = Object.keys(meanings);
const moments = new Set(['auth_time', 'iat', 'exp', 'nbf']);

/** Makes a token's claims readable; the ones we cannot explain come last, by name. */
export function describeClaims(claims: Readonly<Record<string, unknown>>): DescribedClaim[] {
  return Object.entries(claims)
    .map(([name, value]) => ({
      name,
      meaning:
        meanings[name] ??
        (name.startsWith('custom:') ? 'An attribute of this user pool' : 'Not explained here'),
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
