import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiTask } from './api-task';
import { Ec2Capacity } from './ec2-capacity';
import type { Network } from './network';

/** Gradual deployments: 10% of the requests for ten minutes and then the rest, or 10% more each minute. */
export const ROLLOUTS = ['canary', 'linear'] as const;

export type Rollout = (typeof ROLLOUTS)[number];

/** Properties of {@link Ec2ApiService} and {@link FargateApiService}. */
export interface ApiServiceProps {
  readonly network: Network;
  readonly cluster: ecs.Cluster;
  /** The task to run. Its capacity must fit the service: `ec2` or `fargate`. */
  readonly task: ApiTask;
  /** Minimum number of tasks. */
  readonly minTasks: number;
  /** Maximum number of tasks. A deployment exceeds it for a short time. */
  readonly maxTasks: number;
  /** @default new tasks replace old ones, without steps */
  readonly rollout?: Rollout;
}

/**
 * Settings of a rolling deployment: the new task is healthy before the old one stops, and a deployment whose tasks
 * never become healthy is rolled back.
 *
 * There is no desired count: each deployment would reset the number of tasks that scaling has chosen.
 */
const ROLLING_DEPLOYMENT = {
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  circuitBreaker: { enable: true, rollback: true },
  healthCheckGracePeriod: Duration.seconds(60),
  enableECSManagedTags: true,
  propagateTags: ecs.PropagatedTagSource.SERVICE,
} as const satisfies Partial<ecs.BaseServiceOptions>;

/** Settings of a gradual deployment. The old tasks stop five minutes after the last request has moved. */
function deploymentOf(rollout?: Rollout): Partial<ecs.BaseServiceOptions> {
  if (!rollout) return ROLLING_DEPLOYMENT;
  const stepBakeTime = Duration.minutes(rollout === 'canary' ? 10 : 1);
  return {
    ...ROLLING_DEPLOYMENT,
    deploymentStrategy: ecs.DeploymentStrategy[rollout === 'canary' ? 'CANARY' : 'LINEAR'],
    [`${rollout}Configuration`]: { stepPercent: 10, stepBakeTime },
    bakeTime: Duration.minutes(5),
  };
}

/**
 * Runs the API on EC2 instances. Containers use free ports of the host, so the old and the new task can run on the same
 * host during a deployment.
 */
export class Ec2ApiService extends Construct {
  readonly service: ecs.Ec2Service;
  readonly capacity: Ec2Capacity;

  constructor(scope: Construct, id: string, props: ApiServiceProps) {
    super(scope, id);
    const { cluster, task } = props;
    this.capacity = new Ec2Capacity(this, 'Capacity', props);
    this.service = new ecs.Ec2Service(this, 'Service', {
      ...deploymentOf(props.rollout),
      cluster,
      taskDefinition: task.definition,
      enableExecuteCommand: task.allowsExec,
      capacityProviderStrategies: [
        { capacityProvider: this.capacity.capacityProvider.capacityProviderName, weight: 1 },
      ],
      placementStrategies: [
        ecs.PlacementStrategy.spreadAcross(ecs.BuiltInAttributes.AVAILABILITY_ZONE),
        ecs.PlacementStrategy.spreadAcrossInstances(),
      ],
    });
    // CloudFormation must create the service after its capacity and delete it before.
    this.service.node.addDependency(cluster);
  }
}

/**
 * Runs the API on AWS Fargate. Each task has a public IP address for outbound traffic, which saves the cost of a NAT
 * gateway. Inbound traffic is allowed from the load balancer only.
 */
export class FargateApiService extends Construct {
  readonly service: ecs.FargateService;
  readonly securityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: ApiServiceProps) {
    super(scope, id);
    const { network, cluster, task } = props;
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'API tasks: nothing comes in but from the load balancer, HTTPS goes out',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'image, logs, table');
    this.service = new ecs.FargateService(this, 'Service', {
      ...deploymentOf(props.rollout),
      cluster,
      taskDefinition: task.definition,
      enableExecuteCommand: task.allowsExec,
      vpcSubnets: network.hostSubnets,
      assignPublicIp: true,
      securityGroups: [this.securityGroup],
    });
  }
}
