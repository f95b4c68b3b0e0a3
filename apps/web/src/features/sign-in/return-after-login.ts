import type { User } from 'oidc-client-ts';
import { replacePath } from '../../shared/navigation/path';
import { safeReturnPath } from '../../shared/navigation/return-path';

/** Goes from the callback to the page the login was started on. */
export function returnAfterLogin(user: User | undefined): void {
  const state = user?.state as { returnPath?: unknown } | null | undefined;
  replacePath(safeReturnPath(state?.returnPath, window.location.origin));
}
