import { READY_PATH } from '@spa-on-aws/shared-types';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { ENVIRONMENT } from '../../test/small-stage';
import { smallBuilds, templateOf } from '../../test/synthesized';
import { Backend, type BackendProps } from './backend';
import { CAPACITIES } from './api-task';

function backendTemplate(props: Partial<BackendProps> = {}): Template {
  const { apiBuild } = smallBuilds();
  return templateOf((stack) => {
    new Backend(stack, 'Backend', { apiBuild, environment: ENVIRONMENT, ...props });
  });
}

test.each(CAPACITIES)(
  'on %s, a deployment starts the new task before it stops the old one, and rolls back on failure',
  (capacity) => {
    backendTemplate({ capacity }).hasResourceProperties('AWS::ECS::Service', {
      // A desired count would reset the number of tasks at each deployment.
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
  'on %s, the load balancer checks the readiness endpoint and waits for in-flight requests (GS-05)',
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
] as const)('on %s, only the load balancer reaches %s', (capacity, _, group, ports) => {
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
  // Outbound, the load balancer only reaches the tasks.
  const outbound = Object.values(template.findResources('AWS::EC2::SecurityGroupEgress')).map(
    ({ Properties }) => [
      Properties.GroupId['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, ''),
      Properties.FromPort,
    ],
  );
  expect(outbound).toEqual([
    ['BackendEntranceVpcLinkSecurityGroup', 80],
    ['BackendEntranceSecurityGroup', ports[0]],
  ]);
  for (const group of Object.values(template.findResources('AWS::EC2::SecurityGroup'))) {
    expect(group['Properties']).not.toHaveProperty('SecurityGroupIngress');
  }
});

test('the service depends on its capacity, so that the stack can be deleted', () => {
  const template = backendTemplate();
  const [association] = Object.keys(template.findResources('AWS::ECS::ClusterCapacityProviderAssociations'));
  template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([association]) });
});

test('the DynamoDB endpoint allows the API’s tables only', () => {
  const template = backendTemplate();
  const tables = Object.keys(template.findResources('AWS::DynamoDB::Table')).map((id) => ({
    'Fn::GetAtt': [id, 'Arn'],
  }));
  const [endpoint] = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
  expect(endpoint?.['Properties'].PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'dynamodb:*',
      Resource: [...tables, ...tables.map((arn) => ({ 'Fn::Join': ['', [arn, '/index/*']] }))],
    },
  ]);
});

test.each(CAPACITIES)(
  'on %s, the number of tasks scales from 1 to 4 with CPU utilization and requests',
  (capacity) => {
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
  },
);

test('minTasks and maxTasks set the range of tasks, and an invalid range throws', () => {
  backendTemplate({ minTasks: 2, maxTasks: 6 }).hasResourceProperties(
    'AWS::ApplicationAutoScaling::ScalableTarget',
    { MinCapacity: 2, MaxCapacity: 6 },
  );
  expect(() => backendTemplate({ minTasks: 5 })).toThrow(
    'minCapacity (5) should be lower than maxCapacity (4)',
  );
});

test('on EC2, tasks are spread across availability zones, then across hosts', () => {
  backendTemplate({ minTasks: 2 }).hasResourceProperties('AWS::ECS::Service', {
    PlacementStrategies: [
      { Type: 'spread', Field: 'attribute:ecs.availability-zone' },
      { Type: 'spread', Field: 'instanceId' },
    ],
  });
});

test('on Fargate, a task has a public IP address, and outbound traffic is HTTPS only', () => {
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

test.each(CAPACITIES)('on %s, ECS Exec is off unless allowExec is set', (capacity) => {
  const withoutExec = backendTemplate({ capacity });
  withoutExec.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: false });
  const withExec = backendTemplate({ capacity, allowExec: true });
  withExec.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: true });
  const [role] = Object.keys(withExec.findResources('AWS::IAM::Role')).filter((id) => /TaskRole/.test(id));
  withExec.hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: role }],
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: Match.arrayWith(['ssmmessages:OpenDataChannel']) }),
      ]),
    },
  });
});

test.each(CAPACITIES)('on %s, tasks have the tags of their service', (capacity) => {
  backendTemplate({ capacity }).hasResourceProperties('AWS::ECS::Service', {
    EnableECSManagedTags: true,
    PropagateTags: 'SERVICE',
  });
});

test.each([
  [
    'ec2',
    'canary',
    { Strategy: 'CANARY', CanaryConfiguration: { CanaryPercent: 10, CanaryBakeTimeInMinutes: 10 } },
  ],
  [
    'fargate',
    'linear',
    { Strategy: 'LINEAR', LinearConfiguration: { StepPercent: 10, StepBakeTimeInMinutes: 1 } },
  ],
] as const)('on %s, a %s rollout shifts requests to a second target group', (capacity, rollout, strategy) => {
  const template = backendTemplate({ capacity, rollout });
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 2);
  const primary = { Ref: Match.stringLikeRegexp('^BackendEntranceLoadBalancerHttpApiGroup') };
  const alternate = { Ref: Match.stringLikeRegexp('^BackendAlternateTargets') };
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: primary, Weight: 100 },
            { TargetGroupArn: alternate, Weight: 0 },
          ],
        },
      },
    ],
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
  });
  template.hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: Match.objectLike({ ...strategy, BakeTimeInMinutes: 5 }),
    LoadBalancers: [
      Match.objectLike({
        TargetGroupArn: primary,
        AdvancedConfiguration: {
          AlternateTargetGroupArn: alternate,
          ProductionListenerRule: { Ref: Match.stringLikeRegexp('^BackendProductionRule') },
          RoleArn: Match.anyValue(),
        },
      }),
    ],
  });
  // Requests arrive at one of the two target groups, and a scaling policy can only follow one.
  template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1);
});
