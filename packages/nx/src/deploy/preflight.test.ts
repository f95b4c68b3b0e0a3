import { expect, test } from 'vitest';
import { deploymentAction, domainPrefixProblems } from './preflight';

const REMEDIES = { destroyCommand: 'npx nx destroy infra --stage=dev', region: 'eu-west-3' };

const action = (status: string, terminationProtection = false) =>
  deploymentAction(
    {
      id: 'arn',
      name: 'spa-on-aws-dev',
      status,
      changedAt: new Date('2026-11-01T10:00:00Z'),
      terminationProtection,
      outputs: {},
      tags: {},
    },
    'spa-on-aws-dev',
    REMEDIES,
  );

test('creates a stack that does not exist, or that was only reviewed', () => {
  expect(deploymentAction(undefined, 'spa-on-aws-dev', REMEDIES)).toEqual({ action: 'will be created' });
  expect(action('REVIEW_IN_PROGRESS')).toEqual({ action: 'will be created' });
});

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
  'updates a stack that is %s',
  (status) => {
    expect(action(status)).toEqual({ action: `will be updated (${status} since 2026-11-01 10:00 UTC)` });
  },
);

test('creates a stack again when its first creation failed', () => {
  expect(action('ROLLBACK_COMPLETE')).toEqual({
    action: 'will be created again (ROLLBACK_COMPLETE: its first creation failed)',
  });
  expect(action('CREATE_FAILED', true)).toEqual({
    action: expect.stringContaining('its termination protection is lifted first'),
  });
});

test.each(['CREATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'])(
  'does not change a stack that is %s',
  (status) => {
    expect(action(status)).toMatchObject({
      problem: expect.stringContaining(status),
      remedy: expect.stringContaining('wait'),
    });
  },
);

test.each([
  ['DELETE_FAILED', 'npx nx destroy infra --stage=dev'],
  ['ROLLBACK_FAILED', 'npx nx destroy infra --stage=dev'],
  [
    'UPDATE_ROLLBACK_FAILED',
    'aws cloudformation continue-update-rollback --stack-name spa-on-aws-dev --region eu-west-3',
  ],
])('requires another command for a stack that is %s: %s', (status, remedy) => {
  expect(action(status)).toMatchObject({ remedy });
});

const problems = (properties: Record<string, unknown>) =>
  domainPrefixProblems({
    Resources: { Domain: { Type: 'AWS::Cognito::UserPoolDomain', Properties: properties } },
  });

const stackUuid = { 'Fn::Select': [0, { 'Fn::Split': ['-', { Ref: 'AWS::StackId' }] }] };

test('checks a literal domain prefix by the rules of Cognito (CG-AD-07)', () => {
  expect(problems({ Domain: 'greetings' })).toEqual([]);
  expect(problems({ Domain: 'my-aws-app' })).toEqual([expect.stringContaining("contains 'aws'")]);
  expect(problems({ Domain: 'Greetings' })).toEqual([expect.stringContaining("'Greetings'")]);
});

test('checks the literal parts of a domain prefix that the deployment completes', () => {
  expect(problems({ Domain: { 'Fn::Join': ['', ['spa-dev-', stackUuid]] } })).toEqual([]);
  expect(problems({ Domain: { 'Fn::Join': ['', ['spa-cognito-', stackUuid]] } })).toHaveLength(1);
});

test('accepts a domain prefix that only the deployment knows', () => {
  expect(problems({ Domain: { Ref: 'Prefix' } })).toEqual([]);
});

test('ignores a custom domain, which has no prefix', () => {
  expect(problems({ Domain: 'auth.aws.example', CustomDomainConfig: { CertificateArn: 'arn' } })).toEqual([]);
});
