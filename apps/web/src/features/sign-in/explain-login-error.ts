import { ErrorResponse, ErrorTimeout } from 'oidc-client-ts';
import { InsecurePageError, OfflineError } from '@spa-on-aws/sign-in';
import { signInText } from '../../shared/strings';

/** Explains to the user why a login failed and what to do. */
export function explainLoginError(error: unknown): string {
  if (error instanceof InsecurePageError) return signInText.insecure;
  if (error instanceof ErrorResponse) {
    if (error.error === 'invalid_grant') return signInText.tooLate;
    if (error.error === 'access_denied') return signInText.denied;
    return signInText.rejected(error.message, error.error ?? '');
  }
  // fetch throws a TypeError when the network is down.
  if (error instanceof OfflineError || error instanceof TypeError || error instanceof ErrorTimeout) {
    return signInText.unreachable;
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith('No matching state') ? signInText.stale : signInText.other(message);
}
