import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const BY_TIME = 'by-time';

/** Properties of {@link GreetingHistory}. */
export interface GreetingHistoryProps {
  /**
   * What becomes of the table when the stack goes. `RETAIN` also protects it from deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The table that keeps the greetings of people: by `sub` and `id`, and by the local index `by-time` in the order in which
 * they were made. Paid by the request, restorable to any second of the last 35 days. DynamoDB itself removes an item
 * after `expiresAt`.
 *
 * Apart from the table that ids come from: this one can be restored to an earlier time without giving ids twice.
 */
export class GreetingHistory extends Construct {
  readonly table: Table;
  /** ARN of the index by time. */
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

  /** Lets somebody keep, list and delete greetings, and nothing else. */
  grantUse(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resourceArns: [this.table.tableArn],
    });
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [this.indexArn] });
  }
}
