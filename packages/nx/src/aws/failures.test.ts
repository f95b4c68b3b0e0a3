import { expect, test } from 'vitest';
import { awsFault } from './failures';

const failure = (fields: object): Error => Object.assign(new Error('message of AWS'), fields);

test.each([
  [{ name: 'CredentialsProviderError' }, 'there are no AWS credentials', 'aws configure sso'],
  [{ name: 'ExpiredTokenException' }, 'have expired', 'aws sso login'],
  [{ name: 'CredentialsProviderError', tokenRefreshRequired: true }, 'have expired', 'aws sso login'],
  [{ name: 'InvalidClientTokenId' }, 'AWS rejected the credentials', 'AWS_ACCESS_KEY_ID'],
  [{ name: 'AccessDeniedException' }, 'AWS denied access', 'permission'],
  [{ code: 'ENOTFOUND' }, 'cannot be reached', 'HTTPS_PROXY'],
  [{ name: 'TimeoutError' }, 'cannot be reached', 'network'],
])('explains %j with a remedy', (fields, problem, remedy) => {
  const fault = awsFault(failure(fields), undefined);
  expect(fault?.problem).toContain(problem);
  expect(fault?.remedy).toContain(remedy);
});

test('names the profile, also in the command that signs in', () => {
  expect(awsFault(failure({ name: 'ExpiredToken' }), 'work')?.remedy).toContain(
    'aws sso login --profile work',
  );
  expect(awsFault(failure({ name: 'CredentialsProviderError' }), 'work')?.problem).toContain('profile work');
});

test('reports any other error of AWS with its request id, for AWS Support', () => {
  const error = failure({ name: 'LimitExceeded', $metadata: { requestId: 'r-1' } });
  expect(awsFault(error, undefined)?.problem).toBe(
    'AWS returned LimitExceeded: message of AWS (request r-1)',
  );
});

test('does not explain an error that AWS did not cause', () => {
  expect(awsFault(new TypeError('x is undefined'), undefined)).toBeUndefined();
});
