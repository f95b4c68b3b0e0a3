import { Match } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { tableTemplate, taskStatements } from '../../test/api-table';
import { GreetingIds } from './greeting-ids';

/** A new logical id would replace the table. */
const TABLE = 'BackendGreetingsTableDC564732';

test('the key has two strings, and billing is on demand', () => {
  expect(tableTemplate(GreetingIds, 'Greetings').findResources('AWS::DynamoDB::Table')).toMatchObject({
    [TABLE]: {
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
  });
});

test('point-in-time recovery is on in every stage', () => {
  tableTemplate(GreetingIds, 'Greetings', {
    removalPolicy: RemovalPolicy.DESTROY,
  }).hasResourceProperties('AWS::DynamoDB::Table', {
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
});

test('the table is retained and protected, unless the removal policy is DESTROY', () => {
  tableTemplate(GreetingIds, 'Greetings').hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { DeletionProtectionEnabled: true },
  });
  tableTemplate(GreetingIds, 'Greetings', { removalPolicy: RemovalPolicy.DESTROY }).hasResource(
    'AWS::DynamoDB::Table',
    { DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } },
  );
});

test('the container has the name of the table, and may reserve ids, nothing else', () => {
  const template = tableTemplate(GreetingIds, 'Greetings');
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({ Environment: Match.arrayWith([{ Name: 'GREETING_TABLE', Value: { Ref: TABLE } }]) }),
    ],
  });
  expect(taskStatements(template)).toEqual([
    { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: { 'Fn::GetAtt': [TABLE, 'Arn'] } },
  ]);
});
