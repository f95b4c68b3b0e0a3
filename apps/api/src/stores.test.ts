import { expect, test } from 'vitest';
import { readConfig } from './config';

const OFF = { TOKEN_VERIFICATION: 'off' };

test('readConfig() reads the tables and the size of an id block', () => {
  const tables = { GREETING_TABLE: 'dev-Greetings_1.x' };
  const variables = { ...OFF, ...tables, AWS_REGION: 'eu-west-1', GREETING_ID_BLOCK: '1000' };
  expect(readConfig(variables)).toMatchObject({ tables, greetingIdBlock: 1000 });
});

test('readConfig() requires a region with tables', () => {
  expect(() => readConfig({ ...OFF, GREETING_TABLE: 'greetings' })).toThrow('AWS_REGION is not set');
});

test.each(['', 'ab', 'greetings table', 'x'.repeat(256)])(
  'readConfig() rejects the table name %j',
  (table) => {
    expect(() => readConfig({ GREETING_TABLE: table })).toThrow('must be the name of a DynamoDB table');
  },
);

test.each(['', '0', '-1', '1.5', '1e3', '100001', 'many'])(
  'readConfig() rejects the block size %j',
  (size) => {
    expect(() => readConfig({ GREETING_ID_BLOCK: size })).toThrow(
      `GREETING_ID_BLOCK is ${JSON.stringify(size)}: must be a whole number from 1 to 100000`,
    );
  },
);
