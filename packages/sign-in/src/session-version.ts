/** Order of sessions. A newer login replaces an older one; within a login, each renewal replaces the one before. */
export interface SessionVersion {
  /** Time of the login in milliseconds, made unique. Greater than that of all logins before. */
  readonly login: number;
  /** Number of renewals since the login. */
  readonly renewal: number;
}

/** Version of a tab that never had a session. */
export const NO_VERSION: SessionVersion = { login: 0, renewal: 0 };

/** Returns true if the session with version `a` replaces the one with version `b`. */
export function isNewer(a: SessionVersion, b: SessionVersion): boolean {
  return a.login > b.login || (a.login === b.login && a.renewal > b.renewal);
}
