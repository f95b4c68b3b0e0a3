import { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { defaultDomainPrefix, domainPrefixProblem, signInOrigin } from './domain-prefix';

test('the default prefix carries the stage and the head of the stack id', () => {
  expect(new Stack().resolve(defaultDomainPrefix('dev'))).toEqual({
    'Fn::Join': [
      '',
      [
        'spa-dev-',
        {
          'Fn::Select': [
            0,
            { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] },
          ],
        },
      ],
    ],
  });
});

test.each(['greetings', 'a', 'spa-dev-1a2b3c4d', 'x'.repeat(63)])('%s is a prefix', (prefix) => {
  expect(domainPrefixProblem(prefix)).toBeUndefined();
});

test.each(['my-aws-app', 'amazonia', 'cognito', 'paws'])(
  '%s has a word Cognito reserves (CG-AD-07)',
  (prefix) => {
    expect(domainPrefixProblem(prefix)).toContain(`'${prefix}' contains '`);
  },
);

test.each(['', 'Greetings', '-a', 'a-', 'a.b', 'x'.repeat(64)])('%j is no prefix', (prefix) => {
  expect(domainPrefixProblem(prefix)).toContain('is no domain prefix');
});

test('a value known only at deployment is taken as it is', () => {
  expect(domainPrefixProblem(defaultDomainPrefix('dev'))).toBeUndefined();
});

test('managed login is at the prefix in the stack’s region', () => {
  expect(rendered(new Stack().resolve(signInOrigin('greetings')))).toBe(
    'https://greetings.auth.${AWS::Region}.amazoncognito.com',
  );
});
