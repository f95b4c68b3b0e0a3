import { type DynamoDb, type DynamoDbOptions, startDynamoDb } from './pipeline/dynamodb';
import type { Table } from './model/table';

/** The tables of the account. DynamoDB starts with the first table; items stay when the template changes. */
export class Tables {
  readonly #options: DynamoDbOptions;
  #dynamoDb: DynamoDb | undefined;

  constructor(options: DynamoDbOptions) {
    this.#options = options;
  }

  /** Environment variables for containers; empty while there is no table. */
  get environment(): Readonly<Record<string, string>> {
    return this.#dynamoDb?.environment ?? {};
  }

  /**
   * Creates the tables that do not exist yet, and checks changed tables.
   *
   * @throws InvalidPropertyError when DynamoDB rejects a table
   */
  async add(tables: readonly Table[]): Promise<void> {
    if (this.#dynamoDb) await this.#dynamoDb.add(tables);
    else if (tables.length > 0) this.#dynamoDb = await startDynamoDb(tables, this.#options);
  }

  /**
   * Changes the tables to those of a new version of the template.
   *
   * @returns a sentence per table that was deleted or changed
   * @throws InvalidPropertyError when DynamoDB rejects a table; then nothing has changed
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
