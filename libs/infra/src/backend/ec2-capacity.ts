import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Network } from './network';

/** Number of tasks that a t4g.micro has memory for. */
const TASKS_PER_HOST = 3;

/** Properties of {@link Ec2Capacity}. */
export interface Ec2CapacityProps {
  readonly network: Network;
  /** Cluster that gets the capacity. */
  readonly cluster: ecs.Cluster;
  /** Minimum number of tasks. For two or more, there are at least two hosts, in different availability zones. */
  readonly minTasks: number;
  /** Maximum number of tasks. There can be hosts for twice as many, because a deployment doubles the number. */
  readonly maxTasks: number;
}

/**
 * EC2 instances for containers. ECS scales them with the number of tasks.
 *
 * They are ARM instances with an encrypted disk and no SSH key. Each starts with the current ECS-optimized Amazon Linux 2023
 * image, and is replaced after two weeks at most: that installs security updates without a deployment.
 */
export class Ec2Capacity extends Construct {
  readonly capacityProvider: ecs.AsgCapacityProvider;

  constructor(scope: Construct, id: string, props: Ec2CapacityProps) {
    super(scope, id);
    const minHosts = props.minTasks >= 2 ? 2 : 1;

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'Container hosts: nothing comes in but from the load balancer, HTTPS goes out',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'images, logs, table, ECS, SSM');

    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      inlinePolicies: {
        // The permissions of Session Manager's agent: administrators get a shell without SSH, port or key. AWS's managed
        // policy also allows reading every parameter of the account.
        SessionManager: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: [
                'ssm:UpdateInstanceInformation',
                'ssmmessages:CreateControlChannel',
                'ssmmessages:CreateDataChannel',
                'ssmmessages:OpenControlChannel',
                'ssmmessages:OpenDataChannel',
              ],
              resources: ['*'],
            }),
          ],
        }),
      },
    });
    acknowledge(
      role,
      'These actions have no resource-level permissions, or a condition restricts them to the cluster.',
      'IAM5[Resource::*]',
      'IAM5[Action::ecs:Submit*]',
    );
    const launchTemplate = new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      // An ARM (Graviton) type, because the image is built for ARM.
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
      machineImage: ec2.MachineImage.resolveSsmParameterAtLaunch(
        '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
      ),
      role,
      securityGroup,
      blockDevices: [
        {
          // Root disk of the machine image, with the image's size.
          deviceName: '/dev/xvda',
          volume: autoscaling.BlockDeviceVolume.ebs(30, {
            volumeType: autoscaling.EbsDeviceVolumeType.GP3,
            encrypted: true,
          }),
        },
      ],
      httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED,
      // Containers are two hops away, so they cannot get the host's credentials from the metadata service.
      httpPutResponseHopLimit: 1,
    });

    const autoScalingGroup = new autoscaling.AutoScalingGroup(this, 'AutoScalingGroup', {
      vpc: props.network.vpc,
      vpcSubnets: props.network.hostSubnets,
      launchTemplate,
      minCapacity: minHosts,
      maxCapacity: Math.max(minHosts + 1, Math.ceil((2 * props.maxTasks) / TASKS_PER_HOST)),
      maxInstanceLifetime: Duration.days(14),
      // A new host starts before the old one is drained: at the end of its lifetime, and for a new launch template (RO-01).
      minHealthyPercentage: 100,
      maxHealthyPercentage: 200,
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
        minInstancesInService: minHosts,
        maxBatchSize: 1,
      }),
    });

    acknowledge(
      autoScalingGroup,
      'ECS scales the hosts with the tasks, and missing tasks raise an alarm.',
      'AS3',
    );

    this.capacityProvider = new ecs.AsgCapacityProvider(this, 'CapacityProvider', {
      autoScalingGroup,
      // Draining moves tasks to other hosts. Termination protection would keep hosts when the stack is deleted.
      enableManagedDraining: true,
      enableManagedTerminationProtection: false,
    });
    props.cluster.addAsgCapacityProvider(this.capacityProvider);
    props.cluster.connections.addSecurityGroup(securityGroup);
  }
}
