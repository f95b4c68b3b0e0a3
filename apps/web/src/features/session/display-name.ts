import type { User } from 'oidc-client-ts';

/** What to call the person: the best name the ID token has for them. */
export function displayName({ profile }: Pick<User, 'profile'>): string {
  const names = [profile.name, profile['cognito:username'], profile.preferred_username, profile.email];
  return names.find((name) => typeof name === 'string' && name !== '')?.toString() ?? profile.sub;
}
