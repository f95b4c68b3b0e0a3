import { expect, test } from 'vitest';
import { awsFault } from './failures';

const failure = (fields: object): Error => Object.assign(new Error('told by AWS'), fields);

test.each([
  [{ name: 'CredentialsProviderError' }, 'there are no AWS credentials', 'aws configure sso'],
  [{ name: 'ExpiredTokenException' }, 'have expired', 'aws sso login'],
  [{ name: 'CredentialsProviderError', tokenRefreshRequired: true }, 'have expired', 'aws sso login'],
  [{ name: 'InvalidClientTokenId' }, 'does not accept the credentials', 'AWS_ACCESS_KEY_ID'],
  [{ name: 'AccessDeniedException' }, 'does not allow it', 'permission'],
  [{ code: 'ENOTFOUND' }, 'cannot be reached', 'HTTPS_PROXY'],
  [{ name: 'TimeoutError' }, 'cannot be reached', 'network'],
])('%j is told with what to do about it', (fields, problem, remedy) => {
  const fault = awsFault(failure(fields), undefined);
  expect(fault?.problem).toContain(problem);
  expect(fault?.remedy).toContain(remedy);
});

test('the profile in use is named, and is part of the command that signs in', () => {
  expect(awsFault(failure({ name: 'ExpiredToken' }), 'work')?.remedy).toContain(
    'aws sso login --profile work',
  );
  expect(awsFault(failure({ name: 'CredentialsProviderError' }), 'work')?.problem).toContain('profile work');
});

test('any other answer of AWS is told with its request, for the support', () => {
  const error = failure({ name: 'LimitExceeded', $metadata: { requestId: 'r-1' } });
  expect(awsFault(error, undefined)?.problem).toBe('AWS answers LimitExceeded: told by AWS (request r-1)');
});

test('a mistake of ours is not called a failure of AWS', () => {
  expect(awsFault(new TypeError('x is undefined'), undefined)).toBeUndefined();
});
