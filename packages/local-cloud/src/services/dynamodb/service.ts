import { ACCOUNT_ID } from '../../run/account';
import { accountState, defineService } from '../../run/service';
import { mapNode, readable } from '../../run/topology-node';
import { dynamoDbResourceTypes } from './model/resource-types';
import { readTables } from './model/table';
import { Tables } from './tables';

const tablesOf = accountState((account) => {
  const tables = new Tables({ region: account.options.region, accountId: ACCOUNT_ID, log: account.log });
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
    const added = tables.add(model);
    network.containerEnvironment.push(added.then(() => tables.environment));
    await added;
    return { running: undefined, takeOver: () => tables.change(model) };
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
