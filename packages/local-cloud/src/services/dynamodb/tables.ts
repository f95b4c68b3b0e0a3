import { type DynamoDb, type DynamoDbOptions, startDynamoDb } from './pipeline/dynamodb';
import type { Table } from './model/table';

/** The tables of the account: DynamoDB starts with the first one, and its items outlive changes of the template. */
export class Tables {
  readonly #options: DynamoDbOptions;
  #dynamoDb: DynamoDb | undefined;

  constructor(options: DynamoDbOptions) {
    this.#options = options;
  }

  /** What containers have in their environment; nothing before there is a table. */
  get environment(): Readonly<Record<string, string>> {
    return this.#dynamoDb?.environment ?? {};
  }

  /**
   * Makes the tables that are not there yet, and finds out whether the others could be as they are to be.
   *
   * @throws InvalidPropertyError for a table that DynamoDB refuses
   */
  async add(tables: readonly Table[]): Promise<void> {
    if (this.#dynamoDb) await this.#dynamoDb.add(tables);
    else if (tables.length > 0) this.#dynamoDb = await startDynamoDb(tables, this.#options);
  }

  /**
   * Makes the tables those of another state of the template.
   *
   * @returns what happened, in words
   * @throws InvalidPropertyError for a table that DynamoDB refuses; then nothing has changed
   */
  async change(tables: readonly Table[]): Promise<string[]> {
    await this.add(tables);
    return this.#dynamoDb?.change(tables) ?? [];
  }

  async close(): Promise<void> {
    await this.#dynamoDb?.close();
    this.#dynamoDb = undefined;
  }
}
