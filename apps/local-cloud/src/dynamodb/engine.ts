import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from 'dynalite';
import db from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { InvalidPropertyError } from '../errors';
import { CREATE_TABLE, DESCRIBE_TABLE, type Operation, OPERATIONS } from './operations';
import type { Table } from './table';

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
    const store = db.create({ createTableMs: 0 });
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

  async #createTable({ logicalId, type, name, definition }: Table): Promise<void> {
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
  }

  async #isActive(name: string): Promise<boolean> {
    const { Table: table } = (await this.#run(DESCRIBE_TABLE, { TableName: name })) as {
      Table: { TableStatus: string };
    };
    return table.TableStatus === 'ACTIVE';
  }
}
