import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ApiTable, type ApiTableScope } from './api-table';

const BY_TIME = 'by-time';

/**
 * Table of the users' greetings. The key is `sub` and `id`; the local index `by-time` sorts by `position`, in the order of
 * creation. DynamoDB deletes an item after `expiresAt`. The API can put, query and delete greetings.
 *
 * Greeting ids come from another table, so this one can be restored to an earlier time without issuing an id twice.
 */
export class SavedGreetings extends Construct {
  readonly table: ApiTable;

  constructor(scope: Construct, id: string, props: ApiTableScope) {
    super(scope, id);
    this.table = new ApiTable(this, 'Table', {
      ...props,
      variable: 'HISTORY_TABLE',
      partitionKey: { name: 'sub', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'id', type: dynamodb.AttributeType.NUMBER },
      timeToLiveAttribute: 'expiresAt',
    });
    this.table.addLocalSecondaryIndex({
      indexName: BY_TIME,
      sortKey: { name: 'position', type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.ALL,
    });
    const grantee = props.api;
    const { tableArn } = this.table;
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resourceArns: [tableArn],
    });
    const indexArn = `${tableArn}/index/${BY_TIME}`;
    iam.Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [indexArn] });
  }
}
