import { signInText } from '../../shared/strings';

/** Explains to the user why a login failed and what to do. */
export function explainLoginError(error: unknown): string {
  if (!window.isSecureContext) return signInText.insecure;
  if (isErrorResponse(error)) {
    if (error.error === 'invalid_grant') return signInText.tooLate;
    if (error.error === 'access_denied') return signInText.denied;
    return signInText.rejected(error.message, error.error);
  }
  // fetch and import() throw a TypeError when the network is down, oidc-client-ts an ErrorTimeout.
  if (error instanceof TypeError || (error instanceof Error && error.name === 'ErrorTimeout')) {
    return signInText.unreachable;
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith('No matching state') ? signInText.stale : signInText.other(message);
}

/** Checks the name, because importing the class would load oidc-client-ts for signed-out users too. */
function isErrorResponse(error: unknown): error is Error & { error: string } {
  return error instanceof Error && error.name === 'ErrorResponse';
}
