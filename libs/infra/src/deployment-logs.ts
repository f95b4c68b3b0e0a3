import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Aspects, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';

/**
 * One log group for all Lambda functions that CDK runs during a deployment. It is deleted with the stack.
 *
 * Without it, Lambda creates a log group for each function. No stack owns those groups and they never expire.
 */
export class DeploymentLogs extends Construct {
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { logGroupName } = this.logGroup;
    Aspects.of(Stack.of(this)).add({
      visit(node: IConstruct) {
        if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== 'AWS::Lambda::Function') return;
        if (node instanceof CfnFunction && node.loggingConfig) return;
        // CDK offers no property for the log group of the function that empties buckets.
        node.addPropertyOverride('LoggingConfig.LogGroup', logGroupName);
      },
    });
  }
}
