import { READY_PATH } from '@spa-on-aws/shared-types';
import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { Ec2ApiService, FargateApiService, type Rollout } from './api-service';
import { createTables } from './api-tables';
import { ApiTask, type ApiTaskProps } from './api-task';
import { Network, type NetworkProps } from './network';
import { PrivateLoadBalancer } from './private-load-balancer';

/** Default of the minimum number of tasks. */
export const MIN_TASKS = 1;

/** Default of the maximum number of tasks. */
export const MAX_TASKS = 4;

/** Requests per second above which scaling adds a task: half of the throughput of a task with 0.25 vCPU. */
export const REQUESTS_PER_TASK = 200;

const COOLDOWNS = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.minutes(5) };

/** Properties of {@link Backend}. */
export interface BackendProps
  extends
    NetworkProps,
    Pick<ApiTaskProps, 'apiBuild' | 'capacity' | 'environment' | 'allowExec' | 'pathPrefix'> {
  /** Minimum number of tasks. @default 1 */
  readonly minTasks?: number;
  /** Maximum number of tasks. A deployment exceeds it for a short time. @default 4 */
  readonly maxTasks?: number;
  /**
   * Shifts requests to a new version step by step. See {@link Backend.rollBackOn}.
   *
   * @default none: new tasks replace old ones
   */
  readonly rollout?: Rollout;
}

/**
 * The API as an ECS service behind an internal load balancer that only the VPC link can reach.
 *
 * A change of `capacity` replaces the service: the API returns 503 for several minutes.
 */
export class Backend extends Construct {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly vpcLink: apigatewayv2.VpcLink;
  readonly service: ecs.Ec2Service | ecs.FargateService;
  /** Target groups of the tasks. With a rollout, there are two, and each deployment moves all tasks to the other one. */
  readonly targetGroups: readonly [elbv2.ApplicationTargetGroup, elbv2.ApplicationTargetGroup?];
  readonly tables: ReturnType<typeof createTables>;
  /** Minimum number of tasks. */
  readonly minTasks: number;

  constructor(scope: Construct, id: string, props: BackendProps) {
    super(scope, id);
    const capacity = props.capacity ?? 'ec2';
    const { minTasks = MIN_TASKS, maxTasks = MAX_TASKS } = props;
    this.minTasks = minTasks;

    const network = new Network(this, 'Network', props);
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc: network.vpc });
    acknowledge(cluster, 'Container Insights costs extra. The free metrics are sufficient.', 'ECS4');
    const task = new ApiTask(this, 'Task', props);
    this.tables = createTables(this, { network, api: task, removalPolicy: props.removalPolicy });
    const { loadBalancer, listener, vpcLink } = new PrivateLoadBalancer(this, 'Entrance', { network });
    this.loadBalancer = loadBalancer;
    this.vpcLink = vpcLink;

    const { rollout } = props;
    const serviceProps = { network, cluster, task, minTasks, maxTasks, rollout };
    this.service =
      capacity === 'fargate'
        ? new FargateApiService(this, 'Fargate', serviceProps).service
        : new Ec2ApiService(this, 'Ec2', serviceProps).service;

    const targets = {
      protocol: elbv2.ApplicationProtocol.HTTP,
      port: task.port,
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
    };
    const primary = listener.addTargets('Api', targets);
    this.targetGroups = [primary];
    let alternateTarget: ecs.AlternateTarget | undefined;
    if (rollout) {
      const alternate = new elbv2.ApplicationTargetGroup(this, 'AlternateTargets', {
        ...targets,
        vpc: network.vpc,
        targetType: capacity === 'fargate' ? elbv2.TargetType.IP : elbv2.TargetType.INSTANCE,
      });
      this.targetGroups = [primary, alternate];
      // ECS changes the weights during a deployment.
      const rule = new elbv2.ApplicationListenerRule(this, 'ProductionRule', {
        listener,
        priority: 1,
        conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])],
        action: elbv2.ListenerAction.weightedForward([
          { targetGroup: primary, weight: 100 },
          { targetGroup: alternate, weight: 0 },
        ]),
      });
      alternateTarget = new ecs.AlternateTarget('Rollout', {
        alternateTargetGroup: alternate,
        productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(rule),
      });
      acknowledge(
        this.service,
        'AWS maintains the permissions that ECS needs to move requests.',
        'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]',
      );
    }
    const { containerName } = task.container;
    primary.addTarget(
      this.service.loadBalancerTarget({ containerName, containerPort: task.port, alternateTarget }),
    );

    // Out above either target, in below both.
    const scaling = this.service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60, ...COOLDOWNS });
    if (!rollout) {
      // Per minute.
      const requestsPerTarget = 60 * REQUESTS_PER_TASK;
      scaling.scaleOnRequestCount('Requests', { requestsPerTarget, targetGroup: primary, ...COOLDOWNS });
    }
  }

  /** Returns all requests to the version before when an alarm fires during a rollout. */
  rollBackOn(alarms: readonly cloudwatch.Alarm[]): void {
    this.service.enableDeploymentAlarms(alarms.map(({ alarmName }) => alarmName));
  }
}
