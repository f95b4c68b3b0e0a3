import { expect, test } from 'vitest';
import { literalDomainPrefixProblem } from './cognito-domain-prefix';

test.each(['greetings', 'a', 'spa-dev-1a2b3c4d', 'x'.repeat(63)])('%s is a valid prefix', (prefix) => {
  expect(literalDomainPrefixProblem(prefix)).toBeUndefined();
});

test.each(['my-aws-app', 'amazonia', 'cognito', 'paws'])(
  '%s contains a word that Cognito reserves (CG-AD-07)',
  (prefix) => {
    expect(literalDomainPrefixProblem(prefix)).toContain(`'${prefix}' contains '`);
  },
);

test.each(['', 'Greetings', '-a', 'a-', 'a.b', 'x'.repeat(64)])('%j is not a valid prefix', (prefix) => {
  expect(literalDomainPrefixProblem(prefix)).toContain(`'${prefix}' is `);
});
