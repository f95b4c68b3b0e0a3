import { ErrorResponse, ErrorTimeout } from 'oidc-client-ts';
import { InsecurePageError, OfflineError } from '@spa-on-aws/sign-in';
import { expect, test } from 'vitest';
import { explainLoginError } from './explain-login-error';

test.each([
  [new ErrorResponse({ error: 'invalid_grant' }), 'already used'],
  [new ErrorResponse({ error: 'access_denied', error_description: 'User said no' }), 'cancelled or denied'],
  [
    new ErrorResponse({ error: 'invalid_scope', error_description: 'No such scope' }),
    'No such scope (invalid_scope)',
  ],
  [new InsecurePageError('http://site.example'), 'needs a secure page'],
  [new OfflineError('offline'), 'could not be reached'],
  [new ErrorTimeout('Network timed out'), 'could not be reached'],
  [new TypeError('Failed to fetch'), 'could not be reached'],
  [new Error('No matching state found in storage'), 'started in another tab'],
  [new Error('code_verifier is missing'), 'code_verifier is missing'],
])('explainLoginError explains %s', (error, explanation) => {
  expect(explainLoginError(error)).toContain(explanation);
});
