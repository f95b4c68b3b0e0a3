import type { Store } from 'dynalite';
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
import db from 'dynalite/db/index.js';
import batchGetItemInput from 'dynalite/validations/batchGetItem.js';
import batchWriteItemInput from 'dynalite/validations/batchWriteItem.js';
import createTableInput from 'dynalite/validations/createTable.js';
import deleteItemInput from 'dynalite/validations/deleteItem.js';
import deleteTableInput from 'dynalite/validations/deleteTable.js';
import describeTableInput from 'dynalite/validations/describeTable.js';
import getItemInput from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import listTablesInput from 'dynalite/validations/listTables.js';
import putItemInput from 'dynalite/validations/putItem.js';
import queryInput from 'dynalite/validations/query.js';
import scanInput from 'dynalite/validations/scan.js';
import updateItemInput from 'dynalite/validations/updateItem.js';

export type { Store };

/** dynalite's function for each operation of DynamoDB, and its rules for the operation's input. */
export const OPERATIONS = {
  BatchGetItem: { action: batchGetItem, input: batchGetItemInput },
  BatchWriteItem: { action: batchWriteItem, input: batchWriteItemInput },
  CreateTable: { action: createTable, input: createTableInput },
  DeleteItem: { action: deleteItem, input: deleteItemInput },
  DeleteTable: { action: deleteTable, input: deleteTableInput },
  DescribeTable: { action: describeTable, input: describeTableInput },
  GetItem: { action: getItem, input: getItemInput },
  ListTables: { action: listTables, input: listTablesInput },
  PutItem: { action: putItem, input: putItemInput },
  Query: { action: query, input: queryInput },
  Scan: { action: scan, input: scanInput },
  UpdateItem: { action: updateItem, input: updateItemInput },
} as const;

export type OperationName = keyof typeof OPERATIONS;

/** Error response of DynamoDB's API, as dynalite throws it. */
export interface ApiError {
  readonly statusCode: number;
  /** `{"__type": "…#ResourceNotFoundException", "message": "…"}`; some errors have `Message` instead. */
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

/** Inputs that DynamoDB has and dynalite lacks, by operation. */
const onConditionFailure = {
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
};
const MISSING_INPUTS: Partial<Record<OperationName, Readonly<Record<string, unknown>>>> = {
  DeleteItem: onConditionFailure,
  PutItem: onConditionFailure,
  UpdateItem: onConditionFailure,
};

const { checkConditional } = db;

/** Adds `Item` to the error of a failed condition, while the item is locked. */
db.checkConditional = (data, existingItem) => {
  const error = checkConditional(data, existingItem);
  if (error && existingItem && data.ReturnValuesOnConditionCheckFailure === 'ALL_OLD')
    error.body.Item = existingItem;
  return error;
};

export function isApiError(error: unknown): error is ApiError {
  return typeof (error as Partial<ApiError> | undefined)?.statusCode === 'number';
}

/** Creates an empty store in memory; region and account id are for the ARNs of tables. */
export function createStore({ region, accountId }: { region: string; accountId: string }): Store {
  const store = db.create({ createTableMs: 0, deleteTableMs: 0 });
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = accountId;
  return store;
}

/** Runs an operation with input as in DynamoDB's API reference. @throws ApiError */
export function runOperation(store: Store, name: OperationName, input: object): Promise<object> {
  const { action, input: rules } = OPERATIONS[name];
  const types = { ...rules.types, ...MISSING_INPUTS[name] };
  return new Promise((resolve, reject) => {
    const data = validations.checkTypes(input, types);
    validations.checkValidations(data, types, rules.custom, store);
    action(store, data, (error, output) => {
      if (error) reject(error);
      else resolve(output);
    });
  });
}
