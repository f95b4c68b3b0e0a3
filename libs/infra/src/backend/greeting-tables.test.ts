import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import type { RetentionProps } from '../retention';
import { GreetingHistory, GreetingIds } from './greeting-tables';

const template = (Table: typeof GreetingIds | typeof GreetingHistory, props: RetentionProps = {}) =>
  templateOf((stack) => {
    new Table(stack, 'Greetings', props);
  });

test('the key of GreetingIds has two strings, and billing is on demand', () => {
  const [table] = Object.values(template(GreetingIds).findResources('AWS::DynamoDB::Table'));
  expect(table?.['Properties']).toMatchObject({
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
});

test('the key of GreetingHistory is sub and id, a local index sorts by position, and billing is on demand', () => {
  const [table] = Object.values(template(GreetingHistory).findResources('AWS::DynamoDB::Table'));
  expect(table?.['Properties']).toMatchObject({
    KeySchema: [
      { AttributeName: 'sub', KeyType: 'HASH' },
      { AttributeName: 'id', KeyType: 'RANGE' },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-time',
        KeySchema: [
          { AttributeName: 'sub', KeyType: 'HASH' },
          { AttributeName: 'position', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
});

test('greetings expire at expiresAt', () => {
  template(GreetingHistory).hasResourceProperties('AWS::DynamoDB::Table', {
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});

test.each([GreetingIds, GreetingHistory])('point-in-time recovery of %o is on in every stage', (Table) => {
  template(Table, { removalPolicy: RemovalPolicy.DESTROY }).hasResourceProperties('AWS::DynamoDB::Table', {
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
});

test.each([GreetingIds, GreetingHistory])(
  'the table of %o is retained and protected, unless the removal policy is DESTROY',
  (Table) => {
    template(Table).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
    template(Table, { removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
  },
);
