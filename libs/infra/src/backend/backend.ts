import { READY_PATH } from '@spa-on-aws/shared-types';
import type { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Cluster, type Ec2Service, type FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationProtocol,
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration, type RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { Ec2ApiService, FargateApiService } from './api-service';
import { ApiTask, type ApiTaskProps } from './api-task';
import { GreetingHistory } from './greeting-history';
import { GreetingTable } from './greeting-table';
import { Network } from './network';
import { PrivateLoadBalancer } from './private-load-balancer';
import { MAX_TASKS, MIN_TASKS, TaskScaling } from './task-scaling';

/** Properties of {@link Backend}. */
export interface BackendProps extends Pick<
  ApiTaskProps,
  'apiBuild' | 'capacity' | 'tokenVerification' | 'allowExec' | 'pathPrefix'
> {
  /**
   * Minimum number of tasks.
   *
   * @default 1
   */
  readonly minTasks?: number;
  /**
   * Maximum number of tasks.
   *
   * @default 4
   */
  readonly maxTasks?: number;
  /**
   * Removal policy of the tables and the logs.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The API as an ECS service behind an internal load balancer that only the VPC link can reach.
 *
 * A change of `capacity` replaces the service: the API returns 503 for several minutes.
 */
export class Backend extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly vpcLink: VpcLink;
  readonly service: Ec2Service | FargateService;
  readonly targetGroup: ApplicationTargetGroup;
  /** Table in which the API reserves greeting ids. */
  readonly greetingTable: Table;
  /** Table in which the API stores the users' greetings. */
  readonly historyTable: Table;
  /** CloudWatch namespace of the metrics that the API publishes per route. */
  readonly metricsNamespace: string;
  /** Minimum number of tasks. */
  readonly minTasks: number;

  constructor(scope: Construct, id: string, props: BackendProps) {
    super(scope, id);
    const capacity = props.capacity ?? 'ec2';
    this.minTasks = props.minTasks ?? MIN_TASKS;

    const network = new Network(this, 'Network', { removalPolicy: props.removalPolicy });
    const cluster = new Cluster(this, 'Cluster', { vpc: network.vpc });
    acknowledge(cluster, 'Container Insights costs extra. The free metrics are sufficient.', 'ECS4');
    this.greetingTable = new GreetingTable(this, 'Greetings', { removalPolicy: props.removalPolicy }).table;
    const history = new GreetingHistory(this, 'History', { removalPolicy: props.removalPolicy });
    this.historyTable = history.table;
    network.dynamoDbEndpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['dynamodb:*'],
        resources: [this.greetingTable.tableArn, this.historyTable.tableArn, history.indexArn],
      }),
    );
    const task = new ApiTask(this, 'Task', {
      apiBuild: props.apiBuild,
      capacity,
      allowExec: props.allowExec,
      greetingTable: this.greetingTable,
      history,
      tokenVerification: props.tokenVerification,
      pathPrefix: props.pathPrefix,
      removalPolicy: props.removalPolicy,
    });
    this.metricsNamespace = task.metricsNamespace;
    const { loadBalancer, listener, vpcLink } = new PrivateLoadBalancer(this, 'Entrance', { network });
    this.loadBalancer = loadBalancer;
    this.vpcLink = vpcLink;

    const serviceProps = { network, cluster, task };
    this.service =
      capacity === 'fargate'
        ? new FargateApiService(this, 'Fargate', serviceProps).service
        : new Ec2ApiService(this, 'Ec2', serviceProps).service;

    this.targetGroup = listener.addTargets('Api', {
      protocol: ApplicationProtocol.HTTP,
      port: task.port,
      targets: [
        this.service.loadBalancerTarget({
          containerName: task.container.containerName,
          containerPort: task.port,
        }),
      ],
      healthCheck: {
        path: READY_PATH,
        healthyHttpCodes: '200',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
      // Longer than API Gateway's integration timeout (GS-05).
      deregistrationDelay: Duration.seconds(30),
    });
    new TaskScaling(this, 'Scaling', {
      service: this.service,
      targetGroup: this.targetGroup,
      minTasks: this.minTasks,
      maxTasks: props.maxTasks ?? MAX_TASKS,
    });
  }
}
