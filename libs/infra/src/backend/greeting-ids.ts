import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ApiTable, type ApiTableScope } from './api-table';

/**
 * Table in which the API reserves greeting ids, with the string keys `pk` and `sk`.
 *
 * Without its data, ids would start at 1 again, so the table is retained and protected by default.
 */
export class GreetingIds extends Construct {
  readonly table: ApiTable;

  constructor(scope: Construct, id: string, props: ApiTableScope) {
    super(scope, id);
    this.table = new ApiTable(this, 'Table', {
      ...props,
      variable: 'GREETING_TABLE',
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    });
    this.table.grant(props.api, 'dynamodb:UpdateItem');
  }
}
