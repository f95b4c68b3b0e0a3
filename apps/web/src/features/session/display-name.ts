import type { User } from 'oidc-client-ts';

/** What to call the person: the best name the ID token has for them. */
export function displayName({ profile }: Pick<User, 'profile'>): string {
  const username = profile['cognito:username'];
  // Where people log in by e-mail address, the user name is nothing but the id.
  const names = [profile.name, profile.preferred_username, username === profile.sub ? undefined : username];
  return (
    [...names, profile.email].find((name) => typeof name === 'string' && name !== '')?.toString() ??
    profile.sub
  );
}
