import { safeReturnPath } from '../../shared/navigation/return-path';

/** Takes back what {@link Keep} gave before the login; it comes from storage, so it may be anything. */
export type Restore = (kept: unknown) => void;

/** What the page wants kept through the login, such as what somebody has typed. */
export type Keep = () => unknown;

/** What a login leads back to. Stays in this tab: the address of the login page holds no more than a random id. */
export interface LoginState {
  returnPath: string;
  kept: unknown;
}

/** Reads what a login was started with, as far as it can be trusted: a path of this site, or `/`. */
export function readLoginState(state: unknown, origin: string): LoginState {
  const { returnPath, kept } = (state ?? {}) as Partial<LoginState>;
  return { returnPath: safeReturnPath(returnPath, origin), kept };
}
