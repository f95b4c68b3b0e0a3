import type { Template } from '@spa-on-aws/cloudformation';
import { isCustomResource } from '../reachability/known-types';

/** Types whose resources are counted above, or are part of what is. */
const PRICED: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::Function',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::NatGateway',
  'AWS::EC2::VPCEndpoint',
  'AWS::ECS::Service',
  'AWS::ECS::TaskDefinition',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::KMS::Key',
  'AWS::Logs::MetricFilter',
  'AWS::WAFv2::WebACL',
]);

/** Types that cost something which is not counted, and why not. */
const NOT_COUNTED: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPool':
    'Cognito: nothing up to 10,000 people a month, then $0.015 for each; a template does not say how many there are',
  'AWS::DynamoDB::Table': 'the greeting table’s storage and backups: less than 1 KB',
  'AWS::EC2::FlowLog': 'the log of refused connections: as much as there are, a few cents',
  'AWS::Lambda::Function': 'functions that run during deployments: less than a cent for each',
  'AWS::Logs::LogGroup': 'logs that are not of requests: a few cents',
  'AWS::Route53::RecordSet': 'the hosted zone, which is there before: $0.50 a month',
  'AWS::S3::Bucket':
    'the site’s files, requests to the buckets and their copies: less than a cent for each deployment',
  'AWS::SNS::Subscription': 'mails about alarms: nothing up to 1,000 a month',
};

/** Types whose resources cost nothing, whatever happens. */
const FREE: ReadonlySet<string> = new Set([
  ...['Authorizer', 'Deployment', 'GatewayResponse', 'Method', 'Model', 'RequestValidator', 'Resource'].map(
    (name) => `AWS::ApiGateway::${name}`,
  ),
  ...['Account', 'BasePathMapping', 'DomainName'].map((name) => `AWS::ApiGateway::${name}`),
  // No price is listed for links of the second generation.
  'AWS::ApiGatewayV2::VpcLink',
  'AWS::CDK::Metadata',
  'AWS::CertificateManager::Certificate',
  ...['CachePolicy', 'OriginAccessControl', 'OriginRequestPolicy', 'ResponseHeadersPolicy'].map(
    (name) => `AWS::CloudFront::${name}`,
  ),
  ...[
    'ManagedLoginBranding',
    'UserPoolClient',
    'UserPoolDomain',
    'UserPoolGroup',
    'UserPoolResourceServer',
  ].map((name) => `AWS::Cognito::${name}`),
  ...['InternetGateway', 'NetworkAcl', 'NetworkAclEntry', 'Route', 'RouteTable', 'SecurityGroup'].map(
    (name) => `AWS::EC2::${name}`,
  ),
  ...['SecurityGroupEgress', 'SecurityGroupIngress', 'Subnet', 'SubnetRouteTableAssociation'].map(
    (name) => `AWS::EC2::${name}`,
  ),
  ...['SubnetNetworkAclAssociation', 'VPC', 'VPCGatewayAttachment'].map((name) => `AWS::EC2::${name}`),
  ...['CapacityProvider', 'Cluster', 'ClusterCapacityProviderAssociations'].map(
    (name) => `AWS::ECS::${name}`,
  ),
  ...['Listener', 'ListenerRule', 'TargetGroup'].map((name) => `AWS::ElasticLoadBalancingV2::${name}`),
  ...['InstanceProfile', 'ManagedPolicy', 'OIDCProvider', 'Policy', 'Role'].map(
    (name) => `AWS::IAM::${name}`,
  ),
  'AWS::KMS::Alias',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  ...['Delivery', 'DeliveryDestination', 'DeliverySource', 'QueryDefinition', 'ResourcePolicy'].map(
    (name) => `AWS::Logs::${name}`,
  ),
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACLAssociation',
]);

/** What of a template is in no number, each in words: what is known to cost little, and types nobody has looked at. */
export function unpriced(template: Template): readonly string[] {
  const types = [...new Set(template.resources.map((resource) => resource.type))].sort();
  const known = types.flatMap((type) => NOT_COUNTED[type] ?? []);
  const unknown = types.filter(
    (type) => !PRICED.has(type) && !FREE.has(type) && !(type in NOT_COUNTED) && !isCustomResource(type),
  );
  return [
    ...known,
    'the container image in ECR: $0.10 for a GB a month',
    'data between zones, and taxes',
    ...unknown.map((type) => `${type}: it has no price here`),
  ];
}
