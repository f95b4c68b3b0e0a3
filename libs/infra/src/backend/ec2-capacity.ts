import {
  AutoScalingGroup,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  UpdatePolicy,
} from 'aws-cdk-lib/aws-autoscaling';
import {
  InstanceClass,
  InstanceSize,
  InstanceType,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  Peer,
  Port,
  SecurityGroup,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { AmiHardwareType, AsgCapacityProvider, EcsOptimizedImage, type Cluster } from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Network } from './network';

/** Properties of {@link Ec2Capacity}. */
export interface Ec2CapacityProps {
  readonly network: Network;
  /** The cluster whose services run on these hosts. */
  readonly cluster: Cluster;
  /**
   * Must be an ARM (Graviton) type: the image is built for it.
   *
   * @default t4g.micro
   */
  readonly instanceType?: InstanceType;
  /**
   * The most hosts there are. A t4g.micro holds three tasks, and a deployment runs twice as many as usual.
   *
   * @default 3
   */
  readonly maxHosts?: number;
}

/**
 * Virtual machines for containers, scaled by ECS with the tasks it places: ARM, the current ECS-optimized Amazon
 * Linux 2023 image (read from SSM at each deployment), an encrypted disk, no inbound rule of their own, no SSH key.
 */
export class Ec2Capacity extends Construct {
  readonly capacityProvider: AsgCapacityProvider;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: Ec2CapacityProps) {
    super(scope, id);

    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'Container hosts: nothing comes in but from the load balancer, HTTPS goes out',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'images, logs, table, ECS, SSM');

    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      inlinePolicies: { SessionManager: sessionManagerAgent() },
    });
    acknowledge(
      role,
      'What the agents of Session Manager and ECS ask for takes no resource, or is bound to the cluster by a condition.',
      'IAM5[Resource::*]',
      'IAM5[Action::ecs:Submit*]',
    );
    const launchTemplate = new LaunchTemplate(this, 'LaunchTemplate', {
      instanceType: props.instanceType ?? InstanceType.of(InstanceClass.T4G, InstanceSize.MICRO),
      machineImage: EcsOptimizedImage.amazonLinux2023(AmiHardwareType.ARM),
      role,
      securityGroup: this.securityGroup,
      userData: UserData.forLinux(),
      blockDevices: [
        {
          // The root disk of the machine image, as large as it is there.
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(30, { volumeType: EbsDeviceVolumeType.GP3, encrypted: true }),
        },
      ],
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      // A container on the bridge is one hop further away than the host: it gets no answer, hence no credentials.
      httpPutResponseHopLimit: 1,
    });

    const autoScalingGroup = new AutoScalingGroup(this, 'AutoScalingGroup', {
      vpc: props.network.vpc,
      vpcSubnets: props.network.hostSubnets,
      launchTemplate,
      minCapacity: 1,
      maxCapacity: props.maxHosts ?? 3,
      // A new machine image rolls in: the second host is up before the first one is drained (RO-01).
      updatePolicy: UpdatePolicy.rollingUpdate({ minInstancesInService: 1, maxBatchSize: 1 }),
    });

    acknowledge(autoScalingGroup, 'Hosts come and go with tasks, and missing tasks raise an alarm.', 'AS3');

    this.capacityProvider = new AsgCapacityProvider(this, 'CapacityProvider', {
      autoScalingGroup,
      // Draining moves tasks off a host that goes. Protection would make it outlive its stack.
      enableManagedDraining: true,
      enableManagedTerminationProtection: false,
    });
    props.cluster.addAsgCapacityProvider(this.capacityProvider);
    props.cluster.connections.addSecurityGroup(this.securityGroup);
  }
}

/**
 * What Session Manager's agent asks of its host's role, and no more: a shell for administrators without SSH, port or
 * key. AWS's managed policy for it could also read every parameter of the account.
 */
function sessionManagerAgent(): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
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
  });
}
