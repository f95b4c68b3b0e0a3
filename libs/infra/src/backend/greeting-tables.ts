import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { RetentionProps } from '../retention';

const BY_TIME = 'by-time';

/**
 * Table in which the API reserves greeting ids, with the string keys `pk` and `sk`.
 *
 * Without its data, ids would start at 1 again, so the table is retained and protected by default.
 */
export class GreetingIds extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: RetentionProps = {}) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      ...tableSettings(props),
    });
  }
}

/**
 * Table of the users' greetings. The key is `sub` and `id`; the local index `by-time` sorts by `position`, in the order of
 * creation. DynamoDB deletes an item after `expiresAt`.
 *
 * Greeting ids come from another table, so this one can be restored to an earlier time without issuing an id twice.
 */
export class GreetingHistory extends Construct {
  readonly table: dynamodb.Table;
  /** ARN of the index `by-time`. */
  readonly indexArn: string;

  constructor(scope: Construct, id: string, props: RetentionProps = {}) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'sub', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'id', type: dynamodb.AttributeType.NUMBER },
      timeToLiveAttribute: 'expiresAt',
      ...tableSettings(props),
    });
    this.table.addLocalSecondaryIndex({
      indexName: BY_TIME,
      sortKey: { name: 'position', type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.ALL,
    });
    this.indexArn = `${this.table.tableArn}/index/${BY_TIME}`;
  }

  /** Grants the permissions to put, query and delete greetings. */
  grantReadWrite(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resourceArns: [this.table.tableArn],
    });
    iam.Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [this.indexArn] });
  }
}

function tableSettings({ removalPolicy = RemovalPolicy.RETAIN }: RetentionProps) {
  return {
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    removalPolicy,
  };
}
