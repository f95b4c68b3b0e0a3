import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

const REGISTER = 'ecs-services-register-targets';
const TASKS = 'ecs-tasks-valid';
const BALANCERS = 'load-balancers-valid';
const HOSTS = 'instances-replaceable';
const CAPACITY = 'ecs-instances-hold-tasks';
const UPDATE = 'instances-can-be-updated';
const PATH = 'authorized-path-reaches-container';
const UNUSED = 'no-unused-entry-points';

const service = (template: MutableTemplate) => template.the('AWS::ECS::Service');
const task = (template: MutableTemplate) => template.the('AWS::ECS::TaskDefinition').Properties;
const targetGroup = (template: MutableTemplate) =>
  template.the('AWS::ElasticLoadBalancingV2::TargetGroup').Properties;
const launchData = (template: MutableTemplate) =>
  template.the('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData;
const attribute = (template: MutableTemplate, key: string) =>
  targetGroup(template).TargetGroupAttributes.find((one: { Key: string }) => one.Key === key);

/** Adds what a gradual deployment needs: a second target group, and a listener rule that forwards to both. */
function addAlternateTargets(template: MutableTemplate, properties: object = {}): void {
  const primary = template.id('AWS::ElasticLoadBalancingV2::TargetGroup');
  const listener = template.id('AWS::ElasticLoadBalancingV2::Listener');
  template.add('Alternate', 'AWS::ElasticLoadBalancingV2::TargetGroup', {
    ...targetGroup(template),
    ...properties,
  });
  template.add('AlternateRule', 'AWS::ElasticLoadBalancingV2::ListenerRule', {
    ListenerArn: { Ref: listener },
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: { Ref: primary }, Weight: 100 },
            { TargetGroupArn: { Ref: 'Alternate' }, Weight: 0 },
          ],
        },
      },
    ],
  });
  const { Properties, DependsOn } = service(template);
  service(template).DependsOn = [DependsOn ?? [], 'AlternateRule'].flat();
  Properties.LoadBalancers[0].AdvancedConfiguration = {
    AlternateTargetGroupArn: { Ref: 'Alternate' },
    ProductionListenerRule: { Ref: 'AlternateRule' },
  };
}

test('accepts a gradual deployment with a second target group', async () => {
  const { rules } = await found(mutated((template) => addAlternateTargets(template)));
  expect(rules).toEqual([]);
});

test.each<[what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[]]>([
  [
    'a service that does not depend on its listener',
    (template) => {
      const listener = template.id('AWS::ElasticLoadBalancingV2::Listener');
      for (const resource of Object.values(template.json.Resources)) {
        resource.DependsOn = [resource.DependsOn ?? []].flat().filter((id) => id !== listener);
      }
    },
    [REGISTER],
  ],
  [
    'a container that does not exist',
    (template) => (service(template).Properties.LoadBalancers[0].ContainerName = 'web'),
    [REGISTER],
  ],
  [
    'a port that no container listens on',
    (template) => (service(template).Properties.LoadBalancers[0].ContainerPort = 3000),
    [PATH, UNUSED, REGISTER],
  ],
  ['the wrong target type', (template) => (targetGroup(template).TargetType = 'ip'), [REGISTER]],
  [
    'a target group of another stack',
    (template) => (service(template).Properties.LoadBalancers[0].TargetGroupArn = 'arn'),
    [PATH, UNUSED, REGISTER],
  ],
  [
    'an alternate target group with the wrong target type',
    (template) => addAlternateTargets(template, { TargetType: 'ip' }),
    [REGISTER],
  ],
  [
    'an alternate target group without a listener',
    (template) => {
      addAlternateTargets(template);
      const rule = template.the('AWS::ElasticLoadBalancingV2::ListenerRule').Properties;
      rule.Actions[0].ForwardConfig.TargetGroups.pop();
    },
    [UNUSED, REGISTER],
  ],
  [
    'a load balancer in one subnet',
    (template) => template.the('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.Subnets.pop(),
    [BALANCERS],
  ],
  [
    'a VPC link in a zone that does not support it',
    (template) => {
      const { Properties } = template.the(
        'AWS::EC2::Subnet',
        ({ Properties: { MapPublicIpOnLaunch: isPublic } }) => !isPublic,
      );
      Object.assign(Properties, { AvailabilityZone: undefined, AvailabilityZoneId: 'euw3-az2' });
    },
    [BALANCERS],
  ],
  [
    'a VPC link with the same subnet twice',
    (template) => {
      const { Properties } = template.the('AWS::ApiGatewayV2::VpcLink');
      Properties.SubnetIds = [Properties.SubnetIds[0], Properties.SubnetIds[0]];
    },
    [BALANCERS],
  ],
  [
    'a deregistration delay of five seconds (GS-05)',
    (template) => (attribute(template, 'deregistration_delay.timeout_seconds').Value = '5'),
    [BALANCERS],
  ],
  ['a fixed image id', (template) => (launchData(template).ImageId = 'ami-0123456789abcdef0'), [HOSTS]],
  [
    'an image whose id CloudFormation reads',
    (template) => (launchData(template).ImageId = { 'Fn::ImportValue': 'image' }),
    [HOSTS],
  ],
  [
    'instances without a maximum lifetime',
    (template) => delete template.the('AWS::AutoScaling::AutoScalingGroup').Properties.MaxInstanceLifetime,
    [HOSTS],
  ],
  [
    'more tasks than the instances have room for',
    (template) => (template.the('AWS::ApplicationAutoScaling::ScalableTarget').Properties.MaxCapacity = 9),
    [CAPACITY],
  ],
  [
    'two tasks on one instance',
    (template) => (template.the('AWS::ApplicationAutoScaling::ScalableTarget').Properties.MinCapacity = 2),
    [CAPACITY],
  ],
  ['a key pair', (template) => (launchData(template).KeyName = 'mine'), [HOSTS]],
  ['IMDSv1', (template) => (launchData(template).MetadataOptions.HttpTokens = 'optional'), [HOSTS]],
  [
    'a container without a health check',
    (template) => delete task(template).ContainerDefinitions[0].HealthCheck,
    [HOSTS],
  ],
  [
    'a target group with health check path /',
    (template) => (targetGroup(template).HealthCheckPath = '/'),
    [HOSTS],
  ],
  [
    'deployments that do not roll back',
    (template) => delete service(template).Properties.DeploymentConfiguration.DeploymentCircuitBreaker,
    [HOSTS],
  ],
  [
    'deployments that stop tasks before new ones run',
    (template) => (service(template).Properties.DeploymentConfiguration.MinimumHealthyPercent = 0),
    [HOSTS],
  ],
  [
    'no capacity for another instance (RO-01)',
    (template) => (template.the('AWS::AutoScaling::AutoScalingGroup').Properties.MaxSize = '1'),
    [CAPACITY, UPDATE],
  ],
  [
    'user data of 17 KB (EC-03)',
    (template) => (launchData(template).UserData = { 'Fn::Base64': 'x'.repeat(17_000) }),
    [UPDATE],
  ],
  [
    'an invalid Fargate size with network mode bridge',
    (template) =>
      Object.assign(task(template), { RequiresCompatibilities: ['FARGATE'], Cpu: '256', Memory: '256' }),
    [TASKS],
  ],
])('reports %s', async (_, mutate, rules) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect([...result.rules].sort()).toEqual([...rules].sort());
});
