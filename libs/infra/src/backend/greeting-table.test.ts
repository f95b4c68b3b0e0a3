import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { GreetingTable, type GreetingTableProps } from './greeting-table';

const template = (props: GreetingTableProps = {}) =>
  templateOf((stack) => {
    new GreetingTable(stack, 'Greetings', props);
  });

test('the key has two strings, and billing is on demand', () => {
  const [table] = Object.values(template().findResources('AWS::DynamoDB::Table'));
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

test('point-in-time recovery is on in every stage', () => {
  template({ removalPolicy: RemovalPolicy.DESTROY }).hasResourceProperties('AWS::DynamoDB::Table', {
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
