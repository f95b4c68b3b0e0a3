import { GREETING_RETENTION_DAYS } from '@spa-on-aws/shared-types';
import { ASSUMED } from '@spa-on-aws/template-checks';
import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { tableTemplate, taskStatements } from '../../test/api-table';
import { SavedGreetings } from './saved-greetings';

/** A new logical id would replace the table. */
const TABLE = 'BackendHistoryTable40772EEA';

test('the key is sub and id, a local index sorts by position, and greetings expire at expiresAt', () => {
  expect(tableTemplate(SavedGreetings, 'History').findResources('AWS::DynamoDB::Table')).toMatchObject({
    [TABLE]: {
      DeletionPolicy: 'Retain',
      Properties: {
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
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
      },
    },
  });
});

test('the container has the name of the table, and may put, query and delete greetings, nothing else', () => {
  const template = tableTemplate(SavedGreetings, 'History');
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({ Environment: Match.arrayWith([{ Name: 'HISTORY_TABLE', Value: { Ref: TABLE } }]) }),
    ],
  });
  const arn = { 'Fn::GetAtt': [TABLE, 'Arn'] };
  expect(taskStatements(template)).toEqual([
    { Effect: 'Allow', Action: ['dynamodb:DeleteItem', 'dynamodb:PutItem'], Resource: arn },
    { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Join': ['', [arn, '/index/by-time']] } },
  ]);
});

test('the estimated costs assume how long greetings are saved', () => {
  expect(ASSUMED.daysItemsAreStored).toBe(GREETING_RETENTION_DAYS);
});
