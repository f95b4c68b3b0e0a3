/** Says why a login did not work, in words that help to go on. */
export function signInFailure(error: unknown): string {
  if (isErrorResponse(error)) {
    if (error.error === 'invalid_grant')
      return 'The login took too long, or it was used before. Log in again.';
    if (error.error === 'access_denied') return 'The login was cancelled or denied. Log in again.';
    return `The login service refused: ${error.message} (${error.error}).`;
  }
  // What fetch and import() throw when nothing answers, and what the library makes of a slow answer.
  if (error instanceof TypeError || (error instanceof Error && error.name === 'ErrorTimeout')) {
    return 'The login service could not be reached. Check your connection, then log in again.';
  }
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('No matching state')) {
    return 'This login was started in another tab, or it is over already. Log in again.';
  }
  return `The login could not be completed: ${message}.`;
}

/** oidc-client-ts marks its class by name; importing the class would load the library for guests too. */
function isErrorResponse(error: unknown): error is Error & { error: string } {
  return error instanceof Error && error.name === 'ErrorResponse';
}
