import { READY_PATH } from '@spa-on-aws/shared-types';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { TOKENS } from '../../test/small-stage';
import { smallBuilds, templateOf } from '../../test/synthesized';
import { Backend, type BackendProps } from './backend';
import { CAPACITIES } from './capacity';

function backendTemplate(props: Partial<BackendProps> = {}): Template {
  const { apiBuild } = smallBuilds();
  return templateOf((stack) => {
    new Backend(stack, 'Backend', { apiBuild, tokens: TOKENS, ...props });
  });
}

test.each(CAPACITIES)(
  'on %s a new task is up before the old one goes, and a bad one is taken back',
  (capacity) => {
    backendTemplate({ capacity }).hasResourceProperties('AWS::ECS::Service', {
      // A number would undo what scaling did, at each deployment.
      DesiredCount: Match.absent(),
      HealthCheckGracePeriodSeconds: 60,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      LoadBalancers: [Match.objectLike({ ContainerName: 'api', ContainerPort: 8080 })],
    });
  },
);

test.each([
  ['ec2', 'instance'],
  ['fargate', 'ip'],
] as const)(
  'on %s the load balancer asks whether the API is ready, and lets it finish (GS-05)',
  (capacity, targetType) => {
    backendTemplate({ capacity }).hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckPath: READY_PATH,
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
      Matcher: { HttpCode: '200' },
      TargetType: targetType,
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
    });
  },
);

test.each([
  ['ec2', 'a host', 'BackendEc2CapacitySecurityGroup', [32_768, 65_535]],
  ['fargate', 'a task', 'BackendFargateSecurityGroup', [8080, 8080]],
] as const)('on %s nothing reaches %s but the load balancer (B2, P25)', (capacity, _, group, ports) => {
  const template = backendTemplate({ capacity });
  const rules = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(
    ({ Properties }) => ({
      to: Properties.GroupId['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, ''),
      from: Properties.SourceSecurityGroupId['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, ''),
      ports: [Properties.FromPort, Properties.ToPort],
    }),
  );
  expect(rules).toEqual([
    { to: 'BackendEntranceSecurityGroup', from: 'BackendEntranceVpcLinkSecurityGroup', ports: [80, 80] },
    { to: group, from: 'BackendEntranceSecurityGroup', ports },
  ]);
  // The load balancer in turn goes there and nowhere else.
  const ways = Object.values(template.findResources('AWS::EC2::SecurityGroupEgress')).map(
    ({ Properties }) => [
      Properties.GroupId['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, ''),
      Properties.FromPort,
    ],
  );
  expect(ways).toEqual([
    ['BackendEntranceVpcLinkSecurityGroup', 80],
    ['BackendEntranceSecurityGroup', ports[0]],
  ]);
  for (const group of Object.values(template.findResources('AWS::EC2::SecurityGroup'))) {
    expect(group['Properties']).not.toHaveProperty('SecurityGroupIngress');
  }
});

test('the service goes before the capacity it runs on, so that a stack can be deleted (P24)', () => {
  const template = backendTemplate();
  const [association] = Object.keys(template.findResources('AWS::ECS::ClusterCapacityProviderAssociations'));
  template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([association]) });
});

test('the way to DynamoDB leads to the tables of the API only', () => {
  const history = { 'Fn::GetAtt': [Match.stringLikeRegexp('^BackendHistoryTable'), 'Arn'] };
  backendTemplate().hasResourceProperties('AWS::EC2::VPCEndpoint', {
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'dynamodb:*',
          Resource: [
            { 'Fn::GetAtt': [Match.stringLikeRegexp('^BackendGreetingsTable'), 'Arn'] },
            history,
            { 'Fn::Join': ['', [history, '/index/by-time']] },
          ],
        },
      ],
    },
  });
});

test.each(CAPACITIES)('on %s tasks come and go with processor load and requests, one to four', (capacity) => {
  const template = backendTemplate({ capacity });
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    ScalableDimension: 'ecs:service:DesiredCount',
    MinCapacity: 1,
    MaxCapacity: 4,
  });
  const targets = Object.values(template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy')).map(
    ({ Properties: { PolicyType, TargetTrackingScalingPolicyConfiguration: policy } }) => [
      PolicyType,
      policy.PredefinedMetricSpecification.PredefinedMetricType,
      policy.TargetValue,
      [policy.ScaleOutCooldown, policy.ScaleInCooldown],
    ],
  );
  expect(targets).toEqual([
    ['TargetTrackingScaling', 'ECSServiceAverageCPUUtilization', 60, [60, 300]],
    ['TargetTrackingScaling', 'ALBRequestCountPerTarget', 12_000, [60, 300]],
  ]);
});

test('there are as many tasks as asked for, and a range that is none is refused', () => {
  backendTemplate({ minTasks: 2, maxTasks: 6 }).hasResourceProperties(
    'AWS::ApplicationAutoScaling::ScalableTarget',
    { MinCapacity: 2, MaxCapacity: 6 },
  );
  expect(() => backendTemplate({ minTasks: 5 })).toThrow('test/Backend/Scaling: from 5 to 4 tasks cannot be');
  expect(() => backendTemplate({ minTasks: 0 })).toThrow('from 0 to 4 tasks cannot be');
});

test('on Fargate a task has an address of its own, and its only road out is HTTPS', () => {
  const template = backendTemplate({ capacity: 'fargate' });
  const hosts = { Ref: Match.stringLikeRegexp('^BackendNetworkVpchostsSubnet') };
  template.hasResourceProperties('AWS::ECS::Service', {
    LaunchType: 'FARGATE',
    NetworkConfiguration: {
      AwsvpcConfiguration: {
        AssignPublicIp: 'ENABLED',
        Subnets: [hosts, hosts],
        SecurityGroups: [
          { 'Fn::GetAtt': [Match.stringLikeRegexp('^BackendFargateSecurityGroup'), 'GroupId'] },
        ],
      },
    },
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    GroupDescription: Match.stringLikeRegexp('^API tasks'),
    SecurityGroupEgress: [Match.objectLike({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })],
  });
  template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 0);
});

test.each(CAPACITIES)('on %s no shell leads into a container unless it is asked for', (capacity) => {
  const closed = backendTemplate({ capacity });
  closed.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: false });
  const open = backendTemplate({ capacity, allowExec: true });
  open.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: true });
  const [role] = Object.keys(open.findResources('AWS::IAM::Role')).filter((id) => /TaskRole/.test(id));
  open.hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: role }],
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: Match.arrayWith(['ssmmessages:OpenDataChannel']) }),
      ]),
    },
  });
});

test.each(CAPACITIES)('on %s tasks carry the tags of their service', (capacity) => {
  backendTemplate({ capacity }).hasResourceProperties('AWS::ECS::Service', {
    EnableECSManagedTags: true,
    PropagateTags: 'SERVICE',
  });
});
