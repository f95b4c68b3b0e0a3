import { z } from 'zod';
import {
  cfnInteger,
  InvalidPropertyError,
  type Resource,
  type ResourceIdentity,
  type ResourceType,
  type ResourceTypes,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';

export interface Table {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  /** Input of DynamoDB's `CreateTable`, without the name. */
  readonly definition: object;
}

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.string() }));

const Index = {
  IndexName: z.string(),
  KeySchema,
  Projection: z.strictObject({
    ProjectionType: z.string().optional(),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
};

const LocalSecondaryIndexes = z.array(z.strictObject(Index)).optional();

const Attributes = z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.string() }));

const Throughput = z
  .strictObject({ ReadCapacityUnits: cfnInteger, WriteCapacityUnits: cfnInteger })
  .optional();

const TableProperties = z.strictObject({
  AttributeDefinitions: Attributes,
  KeySchema,
  BillingMode: z.string().optional(),
  ProvisionedThroughput: Throughput,
  LocalSecondaryIndexes,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        ...Index,
        ProvisionedThroughput: Throughput,
        ...withoutEffect('ContributorInsightsSpecification', 'OnDemandThroughput', 'WarmThroughput'),
      }),
    )
    .optional(),
  ...withoutEffect(
    'ContributorInsightsSpecification',
    'DeletionProtectionEnabled',
    'KinesisStreamSpecification',
    'OnDemandThroughput',
    'PointInTimeRecoverySpecification',
    'ResourcePolicy',
    'SSESpecification',
    'StreamSpecification',
    'TableClass',
    'TableName',
    'Tags',
    'TimeToLiveSpecification',
    'WarmThroughput',
  ),
});

const GlobalTableProperties = z.strictObject({
  AttributeDefinitions: Attributes,
  KeySchema,
  LocalSecondaryIndexes,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        ...Index,
        ...withoutEffect(
          'ReadOnDemandThroughputSettings',
          'ReadProvisionedThroughputSettings',
          'WarmThroughput',
          'WriteOnDemandThroughputSettings',
          'WriteProvisionedThroughputSettings',
        ),
      }),
    )
    .optional(),
  Replicas: z.array(
    z.strictObject({
      Region: z.string(),
      ...withoutEffect(
        'ContributorInsightsSpecification',
        'DeletionProtectionEnabled',
        'DisassociationProtectionEnabled',
        'GlobalSecondaryIndexes',
        'GlobalTableSettingsReplicationMode',
        'KinesisStreamSpecification',
        'PointInTimeRecoverySpecification',
        'ReadOnDemandThroughputSettings',
        'ReadProvisionedThroughputSettings',
        'ReplicaStreamSpecification',
        'ResourcePolicy',
        'SSESpecification',
        'TableClass',
        'Tags',
      ),
    }),
  ),
  ...withoutEffect(
    'BillingMode',
    'GlobalTableWitnesses',
    'MultiRegionConsistency',
    'ReadOnDemandThroughputSettings',
    'ReadProvisionedThroughputSettings',
    'SSESpecification',
    'StreamSpecification',
    'TableName',
    'TimeToLiveSpecification',
    'WarmThroughput',
    'WriteOnDemandThroughputSettings',
    'WriteProvisionedThroughputSettings',
  ),
});

/** Reads tables; of a global one, the replica in this region. @throws InvalidPropertyError UnsupportedPropertyError */
export function readTables(stack: Stack): Table[] {
  return [
    ...stack.ofType('AWS::DynamoDB::Table').map(readTable),
    ...stack.ofType('AWS::DynamoDB::GlobalTable').map((resource) => readGlobalTable(resource, stack.region)),
  ];
}

function readTable(resource: Resource): Table {
  const properties = resource.read(TableProperties);
  return {
    logicalId: resource.logicalId,
    type: resource.type,
    name: resource.ref,
    definition: {
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      BillingMode: properties.BillingMode,
      ProvisionedThroughput: properties.ProvisionedThroughput,
      LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map((index) => ({
        ...createdIndex(index),
        ProvisionedThroughput: index.ProvisionedThroughput,
      })),
    },
  };
}

function readGlobalTable(resource: Resource, region: string): Table {
  const properties = resource.read(GlobalTableProperties);
  if (!properties.Replicas.some(({ Region }) => Region === region)) {
    const regions = properties.Replicas.map(({ Region }) => Region).join(', ') || 'none';
    throw new InvalidPropertyError(resource.logicalId, resource.type, [
      { property: 'Replicas', detail: `${regions}: a replica must be in the stack's region ${region}.` },
    ]);
  }
  return {
    logicalId: resource.logicalId,
    type: resource.type,
    name: resource.ref,
    definition: {
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(createdIndex),
    },
  };
}

function createdIndex({
  IndexName,
  KeySchema: keys,
  Projection,
}: z.output<z.ZodObject<typeof Index>>): object {
  return { IndexName, KeySchema: keys, Projection };
}

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

export const dynamoDbResourceTypes: ResourceTypes = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': { ...table, attributes: { ...table.attributes, TableId: tableId } },
};
