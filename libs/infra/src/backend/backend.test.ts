import { READY_PATH } from '@spa-on-aws/shared-types';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { smallBuilds, templateOf } from '../../test/synthesized';
import { Backend } from './backend';

function backendTemplate(): Template {
  const { apiBuild } = smallBuilds();
  return templateOf((stack) => {
    new Backend(stack, 'Backend', { apiBuild });
  });
}

test('a new task is up before the old one goes, and a bad one is taken back', () => {
  backendTemplate().hasResourceProperties('AWS::ECS::Service', {
    DesiredCount: 1,
    DeploymentConfiguration: {
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    },
    LoadBalancers: [Match.objectLike({ ContainerName: 'api', ContainerPort: 8080 })],
  });
});

test('the load balancer asks whether the API is ready, and lets it finish (GS-05)', () => {
  backendTemplate().hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    HealthCheckPath: READY_PATH,
    Matcher: { HttpCode: '200' },
    TargetType: 'instance',
    TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
  });
});

test('nothing reaches a host but the load balancer, on the ports containers get (B2, P25)', () => {
  const template = backendTemplate();
  const rules = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(
    ({ Properties }) => ({
      to: Properties.GroupId['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, ''),
      from: Properties.SourceSecurityGroupId['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, ''),
      ports: [Properties.FromPort, Properties.ToPort],
    }),
  );
  expect(rules).toEqual([
    { to: 'BackendCapacitySecurityGroup', from: 'BackendEntranceSecurityGroup', ports: [32_768, 65_535] },
    { to: 'BackendEntranceSecurityGroup', from: 'BackendEntranceVpcLinkSecurityGroup', ports: [80, 80] },
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

test('the way to DynamoDB leads to the greeting table only', () => {
  backendTemplate().hasResourceProperties('AWS::EC2::VPCEndpoint', {
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'dynamodb:*',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BackendGreetingsTable'), 'Arn'] },
        },
      ],
    },
  });
});
