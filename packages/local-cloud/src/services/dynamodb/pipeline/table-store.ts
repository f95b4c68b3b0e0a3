import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidPropertyError } from '@spa-on-aws/cloudformation';
import {
  createStore,
  isApiError,
  OPERATIONS,
  type OperationName,
  runOperation,
  type Store,
} from '../../../adapters/dynalite';
import type { Table } from '../model/table';

export { isApiError };

/** Only templates create and delete tables. */
const NOT_FOR_CONTAINERS: readonly string[] = ['CreateTable', 'DeleteTable'] satisfies OperationName[];

export function isCallable(operation: string): operation is OperationName {
  return Object.hasOwn(OPERATIONS, operation) && !NOT_FOR_CONTAINERS.includes(operation);
}

/** The tables of a stack with their items, in memory. */
export class TableStore {
  readonly #store: Store;
  readonly #tables = new Map<string, Table>();

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Creates the tables, empty. @throws InvalidPropertyError when DynamoDB rejects a table */
  static async create(
    tables: readonly Table[],
    names: { readonly region: string; readonly accountId: string },
  ): Promise<TableStore> {
    const store = new TableStore(createStore(names));
    for (const table of tables) await store.#createTable(table);
    return store;
  }

  /** Runs an operation with input as in DynamoDB's API reference. @throws ApiError */
  run(operation: OperationName, input: object): Promise<object> {
    return runOperation(this.#store, operation, input);
  }

  /**
   * Changes the tables to those of a new template; items stay if name and keys do. @returns a sentence per table that was
   * deleted or changed @throws InvalidPropertyError when DynamoDB rejects a table; then nothing has changed
   */
  async change(tables: readonly Table[], names: { region: string; accountId: string }): Promise<string[]> {
    await this.add(tables, names);
    const changed = this.#changed(tables);
    const removed = [...this.#tables.keys()].filter((name) => !tables.some((table) => table.name === name));
    const report: string[] = [];
    for (const name of removed) {
      await this.#deleteTable(name);
      report.push(`table ${name} was deleted with its items`);
    }
    for (const table of changed) {
      const keepsItems = keysOf(table) === keysOf(this.#tables.get(table.name));
      const items = keepsItems ? await this.#itemsOf(table.name) : [];
      await this.#deleteTable(table.name);
      await this.#createTable(table);
      for (const Item of items) await this.run('PutItem', { TableName: table.name, Item });
      report.push(
        keepsItems
          ? `table ${table.name} changed and kept its items`
          : `table ${table.name} has new keys: it was replaced and is empty`,
      );
    }
    return report;
  }

  /** Creates new tables and checks changed ones, so that {@link change} cannot fail halfway. @throws InvalidPropertyError */
  async add(tables: readonly Table[], names: { region: string; accountId: string }): Promise<void> {
    const added = tables.filter(({ name }) => !this.#tables.has(name));
    const unchecked = [...this.#changed(tables), ...added];
    if (unchecked.length > 0) await TableStore.create(unchecked, names);
    for (const table of added) await this.#createTable(table);
  }

  #changed(tables: readonly Table[]): Table[] {
    return tables.filter(({ name, definition }) => {
      const known = this.#tables.get(name);
      return known && JSON.stringify(known.definition) !== JSON.stringify(definition);
    });
  }

  async #itemsOf(name: string): Promise<object[]> {
    const items: object[] = [];
    let ExclusiveStartKey: object | undefined;
    do {
      const page = (await this.run('Scan', {
        TableName: name,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      })) as { Items: object[]; LastEvaluatedKey?: object };
      items.push(...page.Items);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  async #deleteTable(name: string): Promise<void> {
    await this.run('DeleteTable', { TableName: name });
    this.#tables.delete(name);
    while ((await this.#status(name)) !== undefined) await nextTurn();
  }

  async #createTable(table: Table): Promise<void> {
    const { logicalId, type, name, definition } = table;
    try {
      await this.run('CreateTable', { ...definition, TableName: name });
    } catch (error) {
      if (!isApiError(error)) throw error;
      const { __type: kind, message, Message } = error.body;
      const detail = message || Message || `${kind.split('#').at(-1) ?? kind} for ${name}.`;
      throw new InvalidPropertyError(logicalId, type, [{ property: 'Properties', detail }]);
    }
    while ((await this.#status(name)) !== 'ACTIVE') await nextTurn();
    this.#tables.set(name, table);
  }

  async #status(name: string): Promise<string | undefined> {
    try {
      const { Table: table } = (await this.run('DescribeTable', { TableName: name })) as {
        Table: { TableStatus: string };
      };
      return table.TableStatus;
    } catch (error) {
      if (isApiError(error)) return undefined;
      throw error;
    }
  }
}

/** Keys of a table and their types, for comparison. */
function keysOf(table: Table | undefined): string {
  const { KeySchema, AttributeDefinitions, LocalSecondaryIndexes } = (table?.definition ?? {}) as {
    KeySchema?: readonly { AttributeName: string }[];
    AttributeDefinitions?: readonly { AttributeName: string; AttributeType: string }[];
    LocalSecondaryIndexes?: unknown;
  };
  const types = KeySchema?.map(({ AttributeName }) =>
    AttributeDefinitions?.find((attribute) => attribute.AttributeName === AttributeName),
  );
  return JSON.stringify([KeySchema, types, LocalSecondaryIndexes]);
}
