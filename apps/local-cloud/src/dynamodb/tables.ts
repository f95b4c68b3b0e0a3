import { type DynamoDb, type DynamoDbOptions, startDynamoDb } from './dynamodb';
import type { Table } from './table';

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
   * Makes the tables those of another state of the template.
   *
   * @returns what happened, in words
   * @throws InvalidPropertyError for a table that DynamoDB refuses; then nothing has changed
   */
  async change(tables: readonly Table[]): Promise<string[]> {
    if (this.#dynamoDb) return this.#dynamoDb.change(tables);
    if (tables.length > 0) this.#dynamoDb = await startDynamoDb(tables, this.#options);
    return [];
  }

  async close(): Promise<void> {
    await this.#dynamoDb?.close();
    this.#dynamoDb = undefined;
  }
}
