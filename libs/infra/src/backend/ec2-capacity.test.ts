import { Match } from 'aws-cdk-lib/assertions';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { Ec2Capacity } from './ec2-capacity';
import { Network } from './network';

const template = ({ minTasks = 1, maxTasks = 4 } = {}) =>
  templateOf((stack) => {
    const network = new Network(stack, 'Network');
    const cluster = new Cluster(stack, 'Cluster', { vpc: network.vpc });
    new Ec2Capacity(stack, 'Capacity', { network, cluster, minTasks, maxTasks });
  });

test('the instance metadata service requires IMDSv2 and is not reachable from containers', () => {
  template().hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 } },
  });
});

test('a host starts with the current ECS-optimized image for ARM, and is replaced after two weeks', () => {
  template().hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      ImageId: 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
      InstanceType: 't4g.micro',
      KeyName: Match.absent(),
    },
  });
  template().hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
    MaxInstanceLifetime: 14 * 24 * 60 * 60,
    InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 200 },
  });
});

test.each([
  { minTasks: 1, maxTasks: 1, hosts: ['1', '2'] },
  { minTasks: 1, maxTasks: 4, hosts: ['1', '3'] },
  { minTasks: 2, maxTasks: 2, hosts: ['2', '3'] },
  { minTasks: 2, maxTasks: 6, hosts: ['2', '4'] },
  { minTasks: 1, maxTasks: 20, hosts: ['1', '14'] },
])('$minTasks to $maxTasks tasks, and twice as many in a deployment, have $hosts hosts', (range) => {
  const { minTasks, maxTasks, hosts } = range;
  template({ minTasks, maxTasks }).hasResource('AWS::AutoScaling::AutoScalingGroup', {
    Properties: { MinSize: hosts[0], MaxSize: hosts[1] },
    UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: Number(hosts[0]) } },
  });
});

test('the hosts’ security group has no inbound rules', () => {
  template().hasResourceProperties('AWS::EC2::SecurityGroup', {
    GroupDescription: Match.stringLikeRegexp('^Container hosts'),
    SecurityGroupIngress: Match.absent(),
  });
  template().resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
});

test('ECS scales and drains the hosts, and deletes them with the stack', () => {
  template().hasResourceProperties('AWS::ECS::CapacityProvider', {
    AutoScalingGroupProvider: {
      ManagedScaling: { Status: 'ENABLED' },
      ManagedDraining: 'ENABLED',
      ManagedTerminationProtection: 'DISABLED',
    },
  });
});

test('hosts join the cluster when they start', () => {
  const [launchTemplate] = Object.values(template().findResources('AWS::EC2::LaunchTemplate'));
  expect(JSON.stringify(launchTemplate?.['Properties'].LaunchTemplateData.UserData)).toContain(
    'echo ECS_CLUSTER=',
  );
});

test('a host has an encrypted disk and HTTPS-only outbound traffic', () => {
  template().hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 30, VolumeType: 'gp3' } },
      ],
    },
  });
  template().hasResourceProperties('AWS::EC2::SecurityGroup', {
    GroupDescription: Match.stringLikeRegexp('^Container hosts'),
    SecurityGroupEgress: [Match.objectLike({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })],
  });
});

test('the hosts’ role allows Session Manager and nothing else', () => {
  const role = Match.objectLike({
    ManagedPolicyArns: Match.absent(),
    Policies: [
      {
        PolicyName: 'SessionManager',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: [
                'ssm:UpdateInstanceInformation',
                'ssmmessages:CreateControlChannel',
                'ssmmessages:CreateDataChannel',
                'ssmmessages:OpenControlChannel',
                'ssmmessages:OpenDataChannel',
              ],
              Resource: '*',
            },
          ],
        },
      },
    ],
  });
  template().hasResourceProperties('AWS::IAM::Role', role);
});
