import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiTask } from './api-task';
import { Ec2Capacity, type Ec2CapacityProps } from './ec2-capacity';

/** Gradual deployments: 10% of the requests for ten minutes and then the rest, or 10% more each minute. */
export const ROLLOUTS = ['canary', 'linear'] as const;

export type Rollout = (typeof ROLLOUTS)[number];

/** Properties of {@link Ec2ApiService} and {@link FargateApiService}. */
export interface ApiServiceProps extends Ec2CapacityProps {
  /** The task to run. Its capacity must fit the service: `ec2` or `fargate`. */
  readonly task: ApiTask;
  /** @default new tasks replace old ones, without steps */
  readonly rollout?: Rollout;
}

/**
 * Settings of both services. The new task is healthy before the old one stops, and a deployment whose tasks never become
 * healthy is rolled back. After a gradual deployment, the old tasks stop five minutes after the last request has moved.
 *
 * There is no desired count: each deployment would reset the number of tasks that scaling has chosen.
 */
function serviceOptions({ cluster, task, rollout }: ApiServiceProps) {
  const options = {
    cluster,
    taskDefinition: task.definition,
    enableExecuteCommand: task.allowsExec,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    healthCheckGracePeriod: Duration.seconds(60),
    enableECSManagedTags: true,
    propagateTags: ecs.PropagatedTagSource.SERVICE,
  };
  if (!rollout) return options;
  const stepBakeTime = Duration.minutes(rollout === 'canary' ? 10 : 1);
  return {
    ...options,
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

  constructor(scope: Construct, id: string, props: ApiServiceProps) {
    super(scope, id);
    const { capacityProvider } = new Ec2Capacity(this, 'Capacity', props);
    this.service = new ecs.Ec2Service(this, 'Service', {
      ...serviceOptions(props),
      capacityProviderStrategies: [{ capacityProvider: capacityProvider.capacityProviderName, weight: 1 }],
      placementStrategies: [
        ecs.PlacementStrategy.spreadAcross(ecs.BuiltInAttributes.AVAILABILITY_ZONE),
        ecs.PlacementStrategy.spreadAcrossInstances(),
      ],
    });
    // CloudFormation must create the service after its capacity and delete it before.
    this.service.node.addDependency(props.cluster);
  }
}

/**
 * Runs the API on AWS Fargate. Each task has a public IP address for outbound traffic, which saves the cost of a NAT
 * gateway. Inbound traffic is allowed from the load balancer only.
 */
export class FargateApiService extends Construct {
  readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, props: ApiServiceProps) {
    super(scope, id);
    const { network } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'API tasks: nothing comes in but from the load balancer, HTTPS goes out',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'image, logs, table');
    this.service = new ecs.FargateService(this, 'Service', {
      ...serviceOptions(props),
      vpcSubnets: network.hostSubnets,
      assignPublicIp: true,
      securityGroups: [securityGroup],
    });
  }
}
