import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aspects, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';

/**
 * One log group for all functions CDK runs while it deploys a stack, gone with the stack.
 *
 * Left alone, Lambda makes a group for each of them, which no stack owns and nothing ever deletes (P24).
 */
export class DeploymentLogs extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'LogGroup', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { logGroupName } = this.logGroup;
    Aspects.of(Stack.of(this)).add({
      visit(node: IConstruct) {
        if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== 'AWS::Lambda::Function') return;
        // The function that empties buckets takes no log group when it is made.
        node.addPropertyOverride('LoggingConfig.LogGroup', logGroupName);
      },
    });
  }
}
