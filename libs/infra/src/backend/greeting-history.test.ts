import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { GreetingHistory, type GreetingHistoryProps } from './greeting-history';

const template = (props: GreetingHistoryProps = {}) =>
  templateOf((stack) => {
    new GreetingHistory(stack, 'History', props);
  });

test('a greeting is found by whose it is and its id, and in the order of time by an index', () => {
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

test('greetings go when their time is over, and until then can be restored to any second', () => {
  template({ removalPolicy: RemovalPolicy.DESTROY }).hasResourceProperties('AWS::DynamoDB::Table', {
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
});

test('the table stays and is protected, unless the stage is to leave nothing behind (P24)', () => {
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
