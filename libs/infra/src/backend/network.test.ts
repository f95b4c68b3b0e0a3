import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { Network, type NetworkProps } from './network';

const template = (props: NetworkProps = {}) =>
  templateOf((stack) => {
    new Network(stack, 'Network', props);
  });

test('the VPC has no NAT gateway', () => {
  template().resourceCountIs('AWS::EC2::NatGateway', 0);
  template().resourceCountIs('AWS::EC2::EIP', 0);
});

test('hosts have public IP addresses in two zones, and private subnets have no route to the internet', () => {
  const subnets = Object.entries(template().findResources('AWS::EC2::Subnet')).map(
    ([id, { Properties }]) => ({
      group: id.replace(/^NetworkVpc(\w+)Subnet\dSubnet.*$/, '$1'),
      zone: Properties.AvailabilityZone['Fn::Select'][0],
      public: Properties.MapPublicIpOnLaunch,
    }),
  );
  expect(subnets).toEqual([
    { group: 'hosts', zone: 0, public: true },
    { group: 'hosts', zone: 1, public: true },
    { group: 'private', zone: 0, public: false },
    { group: 'private', zone: 1, public: false },
  ]);
  const routes = Object.keys(template().findResources('AWS::EC2::Route'));
  expect(routes).toHaveLength(2);
  for (const id of routes) expect(id).toMatch(/^NetworkVpchostsSubnet/);
});

test('zones sets the ids of the zones of the subnets', () => {
  const subnets = template({ zones: ['euw3-az1', 'euw3-az3'] }).findResources('AWS::EC2::Subnet');
  expect(
    Object.values(subnets).map(({ Properties: p }) => [p.AvailabilityZone, p.AvailabilityZoneId]),
  ).toEqual([
    [undefined, 'euw3-az1'],
    [undefined, 'euw3-az3'],
    [undefined, 'euw3-az1'],
    [undefined, 'euw3-az3'],
  ]);
});

test('a gateway endpoint connects the host subnets to DynamoDB', () => {
  const hosts = { Ref: Match.stringLikeRegexp('^NetworkVpchostsSubnet') };
  template().hasResourceProperties('AWS::EC2::VPCEndpoint', {
    VpcEndpointType: 'Gateway',
    ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.dynamodb']] },
    RouteTableIds: [hosts, hosts],
  });
});

test('rejected connections are logged for 30 days', () => {
  template().hasResourceProperties('AWS::EC2::FlowLog', {
    ResourceType: 'VPC',
    TrafficType: 'REJECT',
    LogDestinationType: 'cloud-watch-logs',
    LogGroupName: { Ref: Match.stringLikeRegexp('^NetworkRefusedConnections') },
  });
  template().hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Retain',
    Properties: { RetentionInDays: 30 },
  });
});
