import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const BY_TIME = 'by-time';

/** Properties of {@link GreetingHistory}. */
export interface GreetingHistoryProps {
  /**
   * Removal policy of the table. `RETAIN` also turns deletion protection on.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Table of the users' greetings. The key is `sub` and `id`; the local index `by-time` sorts by `position`, in the order of
 * creation. It has on-demand billing, point-in-time recovery, and `expiresAt` as its TTL attribute.
 *
 * Greeting ids come from another table, so this one can be restored to an earlier time without issuing an id twice.
 */
export class GreetingHistory extends Construct {
  readonly table: Table;
  /** ARN of the index `by-time`. */
  readonly indexArn: string;

  constructor(scope: Construct, id: string, props: GreetingHistoryProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'sub', type: AttributeType.STRING },
      sortKey: { name: 'id', type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    this.table.addLocalSecondaryIndex({
      indexName: BY_TIME,
      sortKey: { name: 'position', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.indexArn = `${this.table.tableArn}/index/${BY_TIME}`;
  }

  /** Grants the permissions to put, query and delete greetings. */
  grantReadWrite(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resourceArns: [this.table.tableArn],
    });
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [this.indexArn] });
  }
}
