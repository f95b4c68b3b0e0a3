import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from 'dynalite';
import db from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { InvalidPropertyError } from '@spa-on-aws/cloudformation';
import {
  CREATE_TABLE,
  DELETE_TABLE,
  DESCRIBE_TABLE,
  type Operation,
  OPERATIONS,
} from '../../../adapters/dynalite';
import type { Table } from '../model/table';

/** DynamoDB refuses a request, in its own words. */
export interface Refusal {
  readonly statusCode: number;
  /** `{"__type": "…#ResourceNotFoundException", "message": "…"}`; some messages are under `Message`. */
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

/** Whether an error is DynamoDB's answer to the request, not a fault of this program. */
export function isRefusal(error: unknown): error is Refusal {
  return typeof (error as Partial<Refusal> | undefined)?.statusCode === 'number';
}

/** DynamoDB with the tables of a stack, in memory. */
export class Engine {
  readonly #store: Store;
  readonly #tables = new Map<string, Table>();

  private constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Creates the tables, empty.
   *
   * @throws InvalidPropertyError for a table that DynamoDB refuses
   */
  static async create(
    tables: readonly Table[],
    { region, accountId }: { readonly region: string; readonly accountId: string },
  ): Promise<Engine> {
    const store = db.create({ createTableMs: 0, deleteTableMs: 0 });
    store.tableDb.awsRegion = region;
    store.tableDb.awsAccountId = accountId;
    const engine = new Engine(store);
    for (const table of tables) await engine.#createTable(table);
    return engine;
  }

  /** Whether containers can call the operation. */
  knows(operation: string): boolean {
    return OPERATIONS.has(operation);
  }

  /**
   * Runs an operation that {@link knows} names.
   *
   * @param input as in DynamoDB's API reference
   * @throws Refusal
   */
  call(operation: string, input: object): Promise<object> {
    const known = OPERATIONS.get(operation);
    if (!known) throw new Error(`The operation ${operation} is not run.`);
    return this.#run(known, input);
  }

  /**
   * Makes the tables those of another state of the template: a table is its name, and keeps its items as long as its
   * keys stay the same.
   *
   * @returns what happened, in words
   * @throws InvalidPropertyError for a table that DynamoDB refuses; then nothing has changed
   */
  async change(tables: readonly Table[], options: { region: string; accountId: string }): Promise<string[]> {
    // A table that is refused must not cost the items of the one it would replace.
    await this.add(tables, options);
    const changed = this.#changed(tables);
    const removed = [...this.#tables.keys()].filter((name) => !tables.some((table) => table.name === name));
    const notes: string[] = [];
    for (const name of removed) {
      await this.#deleteTable(name);
      notes.push(`table ${name} is gone with its items`);
    }
    for (const table of changed) {
      const keepsItems = keysOf(table) === keysOf(this.#tables.get(table.name));
      const items = keepsItems ? await this.#itemsOf(table.name) : [];
      await this.#deleteTable(table.name);
      await this.#createTable(table);
      for (const Item of items) await this.call('PutItem', { TableName: table.name, Item });
      notes.push(
        keepsItems
          ? `table ${table.name} changed and kept its items`
          : `table ${table.name} has other keys now: it was replaced, and is empty`,
      );
    }
    return notes;
  }

  /**
   * Creates the tables that are not there yet.
   *
   * @throws InvalidPropertyError for a table that DynamoDB refuses, also for one that is there and would change
   */
  async add(tables: readonly Table[], options: { region: string; accountId: string }): Promise<void> {
    const added = tables.filter(({ name }) => !this.#tables.has(name));
    const unproven = [...this.#changed(tables), ...added];
    if (unproven.length > 0) await Engine.create(unproven, options);
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
      const page = (await this.call('Scan', {
        TableName: name,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      })) as { Items: object[]; LastEvaluatedKey?: object };
      items.push(...page.Items);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  async #deleteTable(name: string): Promise<void> {
    await this.#run(DELETE_TABLE, { TableName: name });
    this.#tables.delete(name);
    while (await this.#exists(name)) await turn();
  }

  async #exists(name: string): Promise<boolean> {
    try {
      await this.#run(DESCRIBE_TABLE, { TableName: name });
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  #run({ run, input: definition }: Operation, input: object): Promise<object> {
    return new Promise((resolve, reject) => {
      const data = validations.checkTypes(input, definition.types);
      validations.checkValidations(data, definition.types, definition.custom, this.#store);
      run(this.#store, data, (error, answer) => {
        if (error) reject(error);
        else resolve(answer);
      });
    });
  }

  async #createTable(table: Table): Promise<void> {
    const { logicalId, type, name, definition } = table;
    try {
      await this.#run(CREATE_TABLE, { ...definition, TableName: name });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { __type: kind, message, Message } = error.body;
      throw new InvalidPropertyError(logicalId, type, [
        {
          property: 'Properties',
          detail: message || Message || `${kind.split('#').at(-1) ?? kind} for ${name}.`,
        },
      ]);
    }
    while (!(await this.#isActive(name))) await turn();
    this.#tables.set(name, table);
  }

  async #isActive(name: string): Promise<boolean> {
    const { Table: table } = (await this.#run(DESCRIBE_TABLE, { TableName: name })) as {
      Table: { TableStatus: string };
    };
    return table.TableStatus === 'ACTIVE';
  }
}

/** What an item is found by. */
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
