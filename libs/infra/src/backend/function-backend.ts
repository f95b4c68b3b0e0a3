import { join } from 'node:path';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { BackendProps } from './backend';
import { createTables } from './api-tables';

/** Properties of {@link FunctionBackend}. */
export interface FunctionBackendProps extends Pick<
  BackendProps,
  'apiBuild' | 'environment' | 'removalPolicy' | 'rollout'
> {
  /**
   * Number of execution environments that Lambda keeps initialized, so that this many simultaneous requests have no cold start.
   *
   * @default none
   */
  readonly provisionedConcurrency?: number;
}

/**
 * The API as a Lambda function, in the subdirectory `lambda` of its build: no VPC, load balancer or container, and no cost
 * without requests.
 */
export class FunctionBackend extends Construct {
  /** Current version of the function, behind an alias. Only the methods of the API can invoke it. */
  readonly function: lambda.Alias;
  readonly tables: ReturnType<typeof createTables>;
  readonly #rollout: FunctionBackendProps['rollout'];

  constructor(scope: Construct, id: string, props: FunctionBackendProps) {
    super(scope, id);
    const { removalPolicy = RemovalPolicy.RETAIN } = props;
    this.#rollout = props.rollout;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy,
    });
    // Lambda's default role can write to all log groups of the account.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const api = new lambda.Function(this, 'Function', {
      description: 'Greeting API',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(join(props.apiBuild, 'lambda')),
      handler: 'index.handler',
      // Lambda's CPU power is proportional to the memory: 0.3 vCPU, as much as a task has.
      memorySize: 512,
      // API Gateway's integration timeout.
      timeout: Duration.seconds(29),
      environment: { ...props.environment },
      tracing: lambda.Tracing.ACTIVE,
      role,
      logGroup,
      // Without Lambda's own three lines for each request.
      loggingFormat: lambda.LoggingFormat.JSON,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
    });
    acknowledge(role, 'X-Ray has no resource-level permissions.', 'IAM5[Resource::*]');
    this.tables = createTables(this, { api, removalPolicy });
    this.function = new lambda.Alias(this, 'Alias', {
      aliasName: 'live',
      version: api.currentVersion,
      provisionedConcurrentExecutions: props.provisionedConcurrency,
    });
  }

  /** Returns all requests to the version before when an alarm fires during a rollout. */
  rollBackOn(alarms: readonly cloudwatch.Alarm[]): void {
    const { CANARY_10PERCENT_10MINUTES, LINEAR_10PERCENT_EVERY_1MINUTE } = codedeploy.LambdaDeploymentConfig;
    const group = new codedeploy.LambdaDeploymentGroup(this, 'Rollout', {
      alias: this.function,
      deploymentConfig:
        this.#rollout === 'linear' ? LINEAR_10PERCENT_EVERY_1MINUTE : CANARY_10PERCENT_10MINUTES,
      alarms: [...alarms],
    });
    acknowledge(
      group,
      'AWS maintains the permissions that CodeDeploy needs to move requests.',
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
    );
  }
}
