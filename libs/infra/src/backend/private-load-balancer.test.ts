import { ListenerAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { Network } from './network';
import { PrivateLoadBalancer } from './private-load-balancer';

const template = () =>
  templateOf((stack) => {
    const { listener } = new PrivateLoadBalancer(stack, 'Entrance', {
      network: new Network(stack, 'Network'),
    });
    listener.addAction('Respond', { action: ListenerAction.fixedResponse(200) });
  });

test('the load balancer is internal and listens on port 80', () => {
  template().hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Scheme: 'internal',
    Type: 'application',
    LoadBalancerAttributes: Match.arrayWith([
      { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
    ]),
    Subnets: [{ Ref: Match.stringLikeRegexp('private') }, { Ref: Match.stringLikeRegexp('private') }],
  });
  template().hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 80, Protocol: 'HTTP' });
});

test('the VPC link is of the second generation and in the private subnets (PI-02)', () => {
  template().hasResourceProperties('AWS::ApiGatewayV2::VpcLink', {
    SubnetIds: [{ Ref: Match.stringLikeRegexp('private') }, { Ref: Match.stringLikeRegexp('private') }],
    SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('VpcLinkSecurityGroup'), 'GroupId'] }],
  });
});

test('only the VPC link reaches the load balancer, and it reaches nothing else (PI-08)', () => {
  const inbound = Object.values(template().findResources('AWS::EC2::SecurityGroupIngress'));
  expect(inbound).toHaveLength(1);
  expect(inbound[0]?.['Properties']).toMatchObject({
    FromPort: 80,
    ToPort: 80,
    SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/VpcLinkSecurityGroup/), 'GroupId'] },
  });
  for (const group of Object.values(template().findResources('AWS::EC2::SecurityGroup'))) {
    expect(group['Properties']).not.toHaveProperty('SecurityGroupIngress');
  }
  const outbound = Object.values(template().findResources('AWS::EC2::SecurityGroupEgress'));
  expect(outbound.map((rule) => rule['Properties'])).toEqual([
    expect.objectContaining({
      GroupId: { 'Fn::GetAtt': [expect.stringMatching(/VpcLinkSecurityGroup/), 'GroupId'] },
      ToPort: 80,
    }),
  ]);
});

test('the load balancer closes idle connections before the API does (GS-01, GS-04)', () => {
  template().hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'idle_timeout.timeout_seconds', Value: '60' }]),
  });
});
