import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { RetentionProps } from '../retention';
import type { Network } from './network';

/** Parts of the backend that use a table, and its retention. */
export interface ApiTableScope extends RetentionProps {
  /** Task or function of the API. It gets the name of the table, and permissions. */
  readonly api: iam.IGrantable & { addEnvironment(name: string, value: string): void };
  /** Network whose DynamoDB endpoint allows the table. @default none */
  readonly network?: Network;
}

/** Properties of {@link ApiTable}. */
export interface ApiTableProps extends ApiTableScope, dynamodb.TableOptions {
  /** Environment variable of the container with the name of the table. */
  readonly variable: string;
}

/**
 * DynamoDB table of the API: billed by request, with point-in-time recovery, retained and protected by default. It grants no
 * permissions.
 */
export class ApiTable extends dynamodb.Table {
  constructor(scope: Construct, id: string, { api, network, variable, ...props }: ApiTableProps) {
    const { removalPolicy = RemovalPolicy.RETAIN } = props;
    super(scope, id, {
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      ...props,
      removalPolicy,
    });
    api.addEnvironment(variable, this.tableName);
    network?.dynamoDbEndpoint.addToPolicy(
      new iam.PolicyStatement({
        principals: [new iam.AnyPrincipal()],
        actions: ['dynamodb:*'],
        resources: [this.tableArn, `${this.tableArn}/index/*`],
      }),
    );
  }
}
