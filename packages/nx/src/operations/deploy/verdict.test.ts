import { expect, test } from 'vitest';
import { deploymentVerdict } from './verdict';

const verdict = (status: string) =>
  deploymentVerdict(
    {
      id: 'arn',
      name: 'spa-on-aws-dev',
      status,
      changedAt: new Date('2026-11-01T10:00:00Z'),
      terminationProtection: false,
      outputs: {},
    },
    'spa-on-aws-dev',
    'dev',
  );

test('a stack that is not there, or was only reviewed, is created', () => {
  expect(deploymentVerdict(undefined, 'spa-on-aws-dev', 'dev')).toEqual({ action: 'is created' });
  expect(verdict('REVIEW_IN_PROGRESS')).toEqual({ action: 'is created' });
});

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
  'one that is %s is updated',
  (status) => {
    expect(verdict(status)).toEqual({ action: `is updated (${status} since 2026-11-01 10:00 UTC)` });
  },
);

test('one whose first creation failed is created anew', () => {
  expect(verdict('ROLLBACK_COMPLETE')).toEqual({ action: expect.stringContaining('created anew') });
});

test.each(['CREATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'])(
  'one that is %s is left alone',
  (status) => {
    expect(verdict(status)).toMatchObject({
      problem: expect.stringContaining(status),
      remedy: expect.stringContaining('wait'),
    });
  },
);

test.each([
  ['DELETE_FAILED', 'npx nx destroy infra --stage=dev'],
  ['ROLLBACK_FAILED', 'npx nx destroy infra --stage=dev'],
  ['UPDATE_ROLLBACK_FAILED', 'aws cloudformation continue-update-rollback --stack-name spa-on-aws-dev'],
])('one that is %s needs something else first', (status, remedy) => {
  expect(verdict(status)).toMatchObject({ remedy });
});
