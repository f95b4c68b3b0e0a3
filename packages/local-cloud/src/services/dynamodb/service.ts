import { ACCOUNT_ID } from '../../run/account';
import { accountState, defineService } from '../../run/service';
import { mapNode, readable } from '../../run/topology-node';
import { dynamoDbResourceTypes, readTables, type Table } from './model/table';
import { type DynamoDb, type DynamoDbOptions, startDynamoDb } from './pipeline/dynamodb';

/** DynamoDB as it runs. */
export interface RunningTables {
  /** Base URL of the API; `undefined` while there is no table. */
  readonly endpoint: string | undefined;
}

const tablesOf = accountState((account) => {
  const { credentials, log, options } = account;
  const tables = new Tables({ region: options.region, accountId: ACCOUNT_ID, credentials, log });
  account.onClose(() => tables.close());
  return tables;
});

/** DynamoDB: tables that keep their items while the template changes. */
export const dynamoDb = defineService({
  resourceTypes: dynamoDbResourceTypes,
  readModel: readTables,
  provides: (tables) => tables.map(({ name }) => ({ kind: 'table' as const, id: name })),
  start: async (model, { account, network }) => {
    const tables = tablesOf(account);
    network.dynamoDb = () => tables.endpoint;
    const listening = tables.listen(model);
    network.containerEnvironment.push(listening.then(() => tables.environment));
    await listening;
    await tables.add(model);
    const running: RunningTables = tables;
    return { running, takeOver: () => tables.change(model) };
  },
  topology: (tables) => ({
    nodes: tables.map((table) => ({
      ...mapNode({
        id: `table:${table.logicalId}`,
        kind: 'table',
        name: readable(table.logicalId),
        role: 'DynamoDB table: data that the API stores',
        column: 5,
      }),
      provides: [{ kind: 'table', id: table.name }],
    })),
    edges: [],
  }),
});

/** The tables of the account. DynamoDB starts with the first table; items stay when the template changes. */
class Tables {
  readonly #options: DynamoDbOptions;
  #dynamoDb: DynamoDb | undefined;

  constructor(options: DynamoDbOptions) {
    this.#options = options;
  }

  /** Base URL of the API; `undefined` while there is no table. */
  get endpoint(): string | undefined {
    return this.environment['AWS_ENDPOINT_URL_DYNAMODB'];
  }

  /** Environment variables for containers; empty while there is no table. */
  get environment(): Readonly<Record<string, string>> {
    return this.#dynamoDb?.environment ?? {};
  }

  /** Starts DynamoDB with the first table. */
  async listen(tables: readonly Table[]): Promise<void> {
    if (tables.length > 0) this.#dynamoDb ??= await startDynamoDb(this.#options);
  }

  /** Creates new tables and checks changed ones. @throws InvalidPropertyError */
  async add(tables: readonly Table[]): Promise<void> {
    await this.#dynamoDb?.add(tables);
  }

  /** Changes the tables, see `TableStore.change`. @returns a sentence per table that was deleted or changed */
  async change(tables: readonly Table[]): Promise<string[]> {
    await this.add(tables);
    return this.#dynamoDb?.change(tables) ?? [];
  }

  async close(): Promise<void> {
    await this.#dynamoDb?.close();
    this.#dynamoDb = undefined;
  }
}
