import { signInText } from '../../shared/strings';

/** Says why a login did not work, in words that help to go on. */
export function signInFailure(error: unknown): string {
  if (!window.isSecureContext) return signInText.insecure;
  if (isErrorResponse(error)) {
    if (error.error === 'invalid_grant') return signInText.tooLate;
    if (error.error === 'access_denied') return signInText.denied;
    return signInText.refused(error.message, error.error);
  }
  // What fetch and import() throw when nothing answers, and what the library makes of a slow answer.
  if (error instanceof TypeError || (error instanceof Error && error.name === 'ErrorTimeout')) {
    return signInText.unreachable;
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith('No matching state') ? signInText.stale : signInText.other(message);
}

/** oidc-client-ts marks its class by name; importing the class would load the library for guests too. */
function isErrorResponse(error: unknown): error is Error & { error: string } {
  return error instanceof Error && error.name === 'ErrorResponse';
}
