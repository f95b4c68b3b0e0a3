import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Properties of {@link GreetingTable}. */
export interface GreetingTableProps {
  /**
   * Removal policy of the table. `RETAIN` also turns deletion protection on.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Table in which the API reserves greeting ids. It has string keys `pk` and `sk`, on-demand billing and point-in-time
 * recovery.
 *
 * Without its data, ids would start at 1 again, so the table is retained and protected by default.
 */
export class GreetingTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: GreetingTableProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
  }
}
