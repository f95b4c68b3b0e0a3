import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import batchGetItemInput from 'dynalite/validations/batchGetItem.js';
import batchWriteItemInput from 'dynalite/validations/batchWriteItem.js';
import createTableInput from 'dynalite/validations/createTable.js';
import deleteItemInput from 'dynalite/validations/deleteItem.js';
import deleteTableInput from 'dynalite/validations/deleteTable.js';
import describeTableInput from 'dynalite/validations/describeTable.js';
import getItemInput from 'dynalite/validations/getItem.js';
import listTablesInput from 'dynalite/validations/listTables.js';
import putItemInput from 'dynalite/validations/putItem.js';
import queryInput from 'dynalite/validations/query.js';
import scanInput from 'dynalite/validations/scan.js';
import updateItemInput from 'dynalite/validations/updateItem.js';

/** What dynalite does for an operation of DynamoDB, and how it checks the operation's input. */
export interface Operation {
  readonly run: typeof getItem;
  readonly input: typeof getItemInput;
}

/** The operations a container can call, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['BatchGetItem', { run: batchGetItem, input: batchGetItemInput }],
  ['BatchWriteItem', { run: batchWriteItem, input: batchWriteItemInput }],
  ['DeleteItem', { run: deleteItem, input: deleteItemInput }],
  ['DescribeTable', { run: describeTable, input: describeTableInput }],
  ['GetItem', { run: getItem, input: getItemInput }],
  ['ListTables', { run: listTables, input: listTablesInput }],
  ['PutItem', { run: putItem, input: putItemInput }],
  ['Query', { run: query, input: queryInput }],
  ['Scan', { run: scan, input: scanInput }],
  ['UpdateItem', { run: updateItem, input: updateItemInput }],
]);

/** How the template's tables are made; containers do not make any. */
export const CREATE_TABLE: Operation = { run: createTable, input: createTableInput };

/** How a table goes that the template no longer has. */
export const DELETE_TABLE: Operation = { run: deleteTable, input: deleteTableInput };

/** How it is seen whether a table can be used. */
export const DESCRIBE_TABLE: Operation = { run: describeTable, input: describeTableInput };
