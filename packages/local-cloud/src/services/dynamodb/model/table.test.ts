import { expect, test } from 'vitest';
import { stackOf } from '../../../../test/stacks';
import { readTables } from './table';

const KEYS = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
};

const table = (properties: object) =>
  stackOf({ Table: { Type: 'AWS::DynamoDB::Table', Properties: properties } });
const globalTable = (properties: object) =>
  stackOf({ Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: properties } });

test('readTables takes TableName, otherwise derives a name from stack and logical id', () => {
  expect(readTables(table({ ...KEYS, TableName: 'things' }))).toMatchObject([
    { name: 'things', definition: KEYS },
  ]);
  const [named] = readTables(table(KEYS));
  expect(named?.name).toMatch(/^test-Table-[A-Z0-9]{12}$/);
  expect(readTables(table(KEYS))[0]?.name).toBe(named?.name);
});

test('readTables reads a global table as the CDK writes it', () => {
  const properties = {
    ...KEYS,
    BillingMode: 'PAY_PER_REQUEST',
    Replicas: [
      {
        Region: { Ref: 'AWS::Region' },
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        Tags: [{ Key: 'stage', Value: 'dev' }],
      },
    ],
    SSESpecification: { SSEEnabled: false },
  };
  expect(readTables(globalTable(properties))).toMatchObject([
    { type: 'AWS::DynamoDB::GlobalTable', definition: { ...KEYS, BillingMode: 'PAY_PER_REQUEST' } },
  ]);
});

test('readTables reads indexes without their throughput settings', () => {
  const index = {
    IndexName: 'by-sk',
    KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['colour'] },
  };
  const definition = { GlobalSecondaryIndexes: [index] };
  const onDemand = { OnDemandThroughput: { MaxReadRequestUnits: 5 } };
  expect(
    readTables(
      table({ ...KEYS, BillingMode: 'PAY_PER_REQUEST', GlobalSecondaryIndexes: [{ ...index, ...onDemand }] }),
    ),
  ).toMatchObject([{ definition }]);
  const provisioned = { WriteProvisionedThroughputSettings: {} };
  expect(
    readTables(
      globalTable({
        ...KEYS,
        Replicas: [{ Region: 'eu-west-1' }],
        GlobalSecondaryIndexes: [{ ...index, ...provisioned }],
      }),
    ),
  ).toMatchObject([{ definition }]);
});

test.each<[string, () => unknown, string]>([
  [
    'a table with imported items',
    () => readTables(table({ ...KEYS, ImportSourceSpecification: { InputFormat: 'CSV' } })),
    'Table (AWS::DynamoDB::Table) ImportSourceSpecification: not supported by the local cloud',
  ],
  [
    'an unknown property of a global table',
    () => readTables(globalTable({ ...KEYS, Replicas: [{ Region: 'eu-west-1' }], VectorIndexes: [] })),
    'Table (AWS::DynamoDB::GlobalTable) VectorIndexes: ',
  ],
  [
    'an unknown property of a replica',
    () => readTables(globalTable({ ...KEYS, Replicas: [{ Region: 'eu-west-1', Colour: 'blue' }] })),
    'Table (AWS::DynamoDB::GlobalTable) Replicas[0].Colour: ',
  ],
  [
    'an unknown property of an index',
    () =>
      readTables(
        table({
          ...KEYS,
          GlobalSecondaryIndexes: [{ IndexName: 'x', KeySchema: [], Projection: {}, Colour: 1 }],
        }),
      ),
    'Table (AWS::DynamoDB::Table) GlobalSecondaryIndexes[0].Colour: ',
  ],
])('readTables rejects %s and names the property', (_, read, message) => {
  expect(read).toThrowError(
    expect.objectContaining({ code: 'ERR_UNSUPPORTED_PROPERTY', message: expect.stringContaining(message) }),
  );
});

test('readTables rejects a global table without a replica in the region of the stack', () => {
  expect(() => readTables(globalTable({ ...KEYS, Replicas: [{ Region: 'us-east-1' }] }))).toThrowError(
    "Table (AWS::DynamoDB::GlobalTable) Replicas: us-east-1: a replica must be in the stack's region eu-west-1.",
  );
});

test('a table has the return values of CloudFormation', () => {
  const arn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/things';
  const properties = { ...KEYS, TableName: 'things', Replicas: [{ Region: 'eu-west-1' }] };
  const [resource] = globalTable(properties).ofType('AWS::DynamoDB::GlobalTable');
  expect(resource?.ref).toBe('things');
  expect(resource?.attribute('Arn')).toBe(arn);
  expect(resource?.attribute('StreamArn')).toMatch(new RegExp(`^${arn}/stream/`));
  expect(resource?.attribute('TableId')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
