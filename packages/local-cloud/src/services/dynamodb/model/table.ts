import { z } from 'zod';
import {
  cfnInteger,
  invalidProperty,
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

const Throughput = z
  .strictObject({ ReadCapacityUnits: cfnInteger, WriteCapacityUnits: cfnInteger })
  .optional();

const SHARED_PROPERTIES = {
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema,
  LocalSecondaryIndexes: z.array(z.strictObject(Index)).optional(),
  ...withoutEffect(
    'SSESpecification',
    'StreamSpecification',
    'TableName',
    'TimeToLiveSpecification',
    'WarmThroughput',
  ),
};

/** Settings of a table, which a global table has for each replica. */
const TABLE_SETTINGS = withoutEffect(
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'KinesisStreamSpecification',
  'PointInTimeRecoverySpecification',
  'ResourcePolicy',
  'TableClass',
  'Tags',
);

const TableProperties = z.strictObject({
  ...SHARED_PROPERTIES,
  BillingMode: z.string().optional(),
  ProvisionedThroughput: Throughput,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        ...Index,
        ProvisionedThroughput: Throughput,
        ...withoutEffect('ContributorInsightsSpecification', 'OnDemandThroughput', 'WarmThroughput'),
      }),
    )
    .optional(),
  ...TABLE_SETTINGS,
  ...withoutEffect('OnDemandThroughput'),
});

const READ_THROUGHPUT = withoutEffect('ReadOnDemandThroughputSettings', 'ReadProvisionedThroughputSettings');
const WRITE_THROUGHPUT = withoutEffect(
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
);

const GlobalTableProperties = z.strictObject({
  ...SHARED_PROPERTIES,
  ...READ_THROUGHPUT,
  ...WRITE_THROUGHPUT,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        ...Index,
        ...READ_THROUGHPUT,
        ...WRITE_THROUGHPUT,
        ...withoutEffect('WarmThroughput'),
      }),
    )
    .optional(),
  Replicas: z.array(
    z.strictObject({
      Region: z.string(),
      ...TABLE_SETTINGS,
      ...READ_THROUGHPUT,
      ...withoutEffect(
        'DisassociationProtectionEnabled',
        'GlobalSecondaryIndexes',
        'GlobalTableSettingsReplicationMode',
        'ReplicaStreamSpecification',
        'SSESpecification',
      ),
    }),
  ),
  ...withoutEffect('BillingMode', 'GlobalTableWitnesses', 'MultiRegionConsistency'),
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
  return toTable(resource, properties, {
    BillingMode: properties.BillingMode,
    ProvisionedThroughput: properties.ProvisionedThroughput,
    GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map((index) => ({
      ...createdIndex(index),
      ProvisionedThroughput: index.ProvisionedThroughput,
    })),
  });
}

function readGlobalTable(resource: Resource, region: string): Table {
  const properties = resource.read(GlobalTableProperties);
  if (!properties.Replicas.some(({ Region }) => Region === region)) {
    const regions = properties.Replicas.map(({ Region }) => Region).join(', ') || 'none';
    invalidProperty(resource, 'Replicas', `${regions}: a replica must be in the stack's region ${region}.`);
  }
  return toTable(resource, properties, {
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(createdIndex),
  });
}

function toTable(
  { logicalId, type, ref }: Resource,
  {
    AttributeDefinitions,
    KeySchema: keys,
    LocalSecondaryIndexes,
  }: z.output<z.ZodObject<typeof SHARED_PROPERTIES>>,
  definition: object,
): Table {
  return {
    logicalId,
    type,
    name: ref,
    definition: { AttributeDefinitions, KeySchema: keys, LocalSecondaryIndexes, ...definition },
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

const table: ResourceType = { ref: tableName, attributes: { Arn: tableArn, StreamArn: streamArn } };

export const dynamoDbResourceTypes: ResourceTypes = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': { ...table, attributes: { ...table.attributes, TableId: tableId } },
};
