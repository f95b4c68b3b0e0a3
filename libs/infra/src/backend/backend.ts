import { READY_PATH } from '@spa-on-aws/shared-types';
import type { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Cluster, Ec2Service, PlacementStrategy } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationProtocol,
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration, type RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ApiTask } from './api-task';
import { Ec2Capacity } from './ec2-capacity';
import { GreetingTable } from './greeting-table';
import { Network } from './network';
import { PrivateLoadBalancer } from './private-load-balancer';

/** Properties of {@link Backend}. */
export interface BackendProps {
  /** Directory of the API's build: the bundle and, beside it, the Dockerfile. */
  readonly apiBuild: string;
  /**
   * What the gateway may put before the path of a request, `/{stage}` (PI-06).
   *
   * @default nothing
   */
  readonly pathPrefix?: string;
  /**
   * What becomes of the table and the logs when the stack goes.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The API as an ECS service on EC2 hosts behind an internal load balancer, reachable by its VPC link only. */
export class Backend extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly vpcLink: VpcLink;
  readonly service: Ec2Service;
  readonly targetGroup: ApplicationTargetGroup;
  /** Where greeting ids come from. */
  readonly greetingTable: Table;

  constructor(scope: Construct, id: string, props: BackendProps) {
    super(scope, id);
    const kept = props.removalPolicy ? { removalPolicy: props.removalPolicy } : {};

    const network = new Network(this, 'Network');
    const cluster = new Cluster(this, 'Cluster', { vpc: network.vpc });
    const capacity = new Ec2Capacity(this, 'Capacity', { network, cluster });
    this.greetingTable = new GreetingTable(this, 'Greetings', kept).table;
    network.dynamoDb.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['dynamodb:*'],
        resources: [this.greetingTable.tableArn],
      }),
    );
    const task = new ApiTask(this, 'Task', {
      apiBuild: props.apiBuild,
      greetingTable: this.greetingTable,
      ...(props.pathPrefix ? { pathPrefix: props.pathPrefix } : {}),
      ...kept,
    });
    const { loadBalancer, listener, vpcLink } = new PrivateLoadBalancer(this, 'Entrance', { network });
    this.loadBalancer = loadBalancer;
    this.vpcLink = vpcLink;

    this.service = new Ec2Service(this, 'Service', {
      cluster,
      taskDefinition: task.definition,
      capacityProviderStrategies: [
        { capacityProvider: capacity.capacityProvider.capacityProviderName, weight: 1 },
      ],
      desiredCount: 1,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      placementStrategies: [PlacementStrategy.spreadAcrossInstances()],
    });
    // The service starts after, and goes before, the capacity it runs on.
    this.service.node.addDependency(cluster);

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
  }
}
