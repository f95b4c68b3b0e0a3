import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Properties of {@link GreetingTable}. */
export interface GreetingTableProps {
  /**
   * What becomes of the table when the stack goes. `RETAIN` also protects it from deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The table greeting ids come from: string keys `pk` and `sk`, paid by the request, restorable to any second of the
 * last 35 days.
 *
 * A lost table would start the ids anew, so it is kept and protected like the people in the user pool.
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
