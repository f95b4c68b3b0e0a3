import type { User } from 'oidc-client-ts';

/** Returns the best name that the ID token has for the user. */
export function displayName({ profile }: Pick<User, 'profile'>): string {
  const username = profile['cognito:username'];
  // In a user pool with email sign-in the user name is only an ID.
  const names = [profile.name, profile.preferred_username, username === profile.sub ? undefined : username];
  return (
    [...names, profile.email].find((name) => typeof name === 'string' && name !== '')?.toString() ??
    profile.sub
  );
}

/** Returns the Cognito groups of the user. */
export function groupsOf({ profile }: Pick<User, 'profile'>): readonly string[] {
  const groups = profile['cognito:groups'];
  return Array.isArray(groups) ? groups : [];
}
