import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { FargateService, type Cluster } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { ApiTask } from './api-task';
import type { Network } from './network';
import { ROLLING_DEPLOYMENT } from './rolling-deployment';

/** Properties of {@link FargateApiService}. */
export interface FargateApiServiceProps {
  readonly network: Network;
  readonly cluster: Cluster;
  /** A task for capacity `fargate`. */
  readonly task: ApiTask;
}

/**
 * The API on AWS Fargate, no host to look after. Each task has an address of its own: public, for the road out that
 * a NAT gateway would otherwise be paid for, with nothing let in but the load balancer.
 */
export class FargateApiService extends Construct {
  readonly service: FargateService;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: FargateApiServiceProps) {
    super(scope, id);
    const { network, cluster, task } = props;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'API tasks: nothing comes in but from the load balancer, HTTPS goes out',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'image, logs, table');
    this.service = new FargateService(this, 'Service', {
      ...ROLLING_DEPLOYMENT,
      cluster,
      taskDefinition: task.definition,
      enableExecuteCommand: task.allowsExec,
      vpcSubnets: network.hostSubnets,
      assignPublicIp: true,
      securityGroups: [this.securityGroup],
    });
  }
}
