import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { GreetingHistory, type GreetingHistoryProps } from './greeting-history';

const template = (props: GreetingHistoryProps = {}) =>
  templateOf((stack) => {
    new GreetingHistory(stack, 'History', props);
  });

test('the key is sub and id, and a local index sorts by position', () => {
  const [table] = Object.values(template().findResources('AWS::DynamoDB::Table'));
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

test('items expire at expiresAt, and point-in-time recovery is on in every stage', () => {
  template({ removalPolicy: RemovalPolicy.DESTROY }).hasResourceProperties('AWS::DynamoDB::Table', {
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
});

test('the table is retained and protected, unless the removal policy is DESTROY', () => {
  template().hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { DeletionProtectionEnabled: true },
  });
  template({ removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
});
