import type { ResourceIdentity, ResourceType, ResourceTypes } from '@spa-on-aws/cloudformation';

const tableName = (table: ResourceIdentity): string =>
  String(
    table.property('TableName') ?? `${table.stackName}-${table.logicalId}-${table.id(12).toUpperCase()}`,
  );

const tableArn = (table: ResourceIdentity): string =>
  `arn:${table.partition}:dynamodb:${table.region}:${table.accountId}:table/${tableName(table)}`;

const streamArn = (table: ResourceIdentity): string => `${tableArn(table)}/stream/2000-01-01T00:00:00.000`;

function tableId(table: ResourceIdentity): string {
  const hex = table.id(32, '0123456789abcdef');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const table: ResourceType = {
  ref: tableName,
  attributes: { Arn: tableArn, StreamArn: streamArn },
};

/** Return values of the DynamoDB resource types. */
export const dynamoDbResourceTypes: ResourceTypes = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': { ...table, attributes: { ...table.attributes, TableId: tableId } },
};
