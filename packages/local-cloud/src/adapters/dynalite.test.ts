import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { createStore, isApiError, OPERATIONS, runOperation } from './dynalite';

const { version } = createRequire(import.meta.url)('dynalite/package.json') as { version: string };
const moved = (what: string): string => `dynalite ${version} changed ${what}: adapt src/adapters/dynalite.ts`;

test.each(Object.entries(OPERATIONS))('dynalite has an action and input rules for %s', (name, operation) => {
  expect(operation.action, moved(`actions/${name}`)).toBeTypeOf('function');
  expect(operation.action.length, moved(`the parameters of actions/${name}`)).toBe(3);
  expect(operation.input.types, moved(`validations/${name}`)).toBeTypeOf('object');
});

test('dynalite creates a table and throws errors with a status code and a body', async () => {
  const store = createStore({ region: 'eu-west-1', accountId: '111122223333' });
  const created = (await runOperation(store, 'CreateTable', {
    TableName: 'things',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  })) as { TableDescription: { TableArn: string } };
  expect(created.TableDescription.TableArn, moved('tableDb.awsRegion or tableDb.awsAccountId')).toBe(
    'arn:aws:dynamodb:eu-west-1:111122223333:table/things',
  );
  for (const [name, type] of [
    ['absent', 'ResourceNotFoundException'],
    ['x', 'ValidationException'],
  ] as const) {
    const error: unknown = await runOperation(store, 'DescribeTable', { TableName: name }).catch(
      (reason: unknown) => reason,
    );
    expect(isApiError(error) && error.body.__type, moved('the errors it throws')).toMatch(`#${type}`);
  }
});
