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
import { ApiTask, type ExpectedTokens } from './api-task';
import type { Capacity } from './capacity';
import { Ec2ApiService } from './ec2-api-service';
import { FargateApiService } from './fargate-api-service';
import { GreetingHistory } from './greeting-history';
import { GreetingTable } from './greeting-table';
import { Network } from './network';
import { PrivateLoadBalancer } from './private-load-balancer';
import { MAX_TASKS, MIN_TASKS, TaskScaling } from './task-scaling';

/** Properties of {@link Backend}. */
export interface BackendProps {
  /** Directory of the API's build: the bundle and, beside it, the Dockerfile. */
  readonly apiBuild: string;
  /** Whose access tokens the API takes. */
  readonly tokens: ExpectedTokens;
  /**
   * What the API runs on. Another capacity is another service: while one replaces the other the API answers 503.
   *
   * @default 'ec2'
   */
  readonly capacity?: Capacity;
  /**
   * The least tasks there are.
   *
   * @default 1
   */
  readonly minTasks?: number;
  /**
   * The most tasks there are.
   *
   * @default 4
   */
  readonly maxTasks?: number;
  /**
   * Lets administrators open a shell in the container by ECS Exec, at the cost of its read-only file system.
   *
   * @default false
   */
  readonly allowExec?: boolean;
  /**
   * What the gateway may put before the path of a request, `/{stage}` (PI-06).
   *
   * @default nothing
   */
  readonly pathPrefix?: string;
  /**
   * What becomes of the tables and the logs when the stack goes.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The API as an ECS service behind an internal load balancer, reachable by its VPC link only. */
export class Backend extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly vpcLink: VpcLink;
  readonly service: Ec2Service | FargateService;
  readonly targetGroup: ApplicationTargetGroup;
  /** Where greeting ids come from. */
  readonly greetingTable: Table;
  /** Where the greetings of people are kept. */
  readonly historyTable: Table;
  /** The CloudWatch namespace of what the API measures, by route. */
  readonly metricsNamespace: string;
  /** The least tasks there are. */
  readonly minTasks: number;

  constructor(scope: Construct, id: string, props: BackendProps) {
    super(scope, id);
    const capacity = props.capacity ?? 'ec2';
    this.minTasks = props.minTasks ?? MIN_TASKS;

    const network = new Network(this, 'Network', { removalPolicy: props.removalPolicy });
    const cluster = new Cluster(this, 'Cluster', { vpc: network.vpc });
    acknowledge(cluster, 'Its figures are paid for; those of load balancer and service say as much.', 'ECS4');
    this.greetingTable = new GreetingTable(this, 'Greetings', { removalPolicy: props.removalPolicy }).table;
    const history = new GreetingHistory(this, 'History', { removalPolicy: props.removalPolicy });
    this.historyTable = history.table;
    network.dynamoDb.addToPolicy(
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
      tokens: props.tokens,
      pathPrefix: props.pathPrefix,
      removalPolicy: props.removalPolicy,
    });
    this.metricsNamespace = task.metricsNamespace;
    const { loadBalancer, listener, vpcLink } = new PrivateLoadBalancer(this, 'Entrance', { network });
    this.loadBalancer = loadBalancer;
    this.vpcLink = vpcLink;

    const running = { network, cluster, task };
    this.service =
      capacity === 'fargate'
        ? new FargateApiService(this, 'Fargate', running).service
        : new Ec2ApiService(this, 'Ec2', running).service;

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
      // Longer than API Gateway waits for an answer (GS-05).
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
