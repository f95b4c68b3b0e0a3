import type { ResourceIdentity, ResourceTypes } from '../resolved/resolved-template';

type Name = (resource: ResourceIdentity) => string;

const HEX = '0123456789abcdef';

const generated: Name = ({ stackName, logicalId, id }) => `${stackName}-${logicalId}-${id(12)}`;

/** The name in a property, or a generated one. */
const named =
  (property: string): Name =>
  (resource) =>
    String(resource.property(property) ?? generated(resource));

const ec2Id =
  (prefix: string): Name =>
  (resource) =>
    `${prefix}-${resource.id(17, HEX)}`;

const uuid: Name = (resource) =>
  resource.id(32, HEX).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const arn =
  (service: string, rest: Name): Name =>
  (resource) =>
    `arn:${resource.partition}:${service}:${resource.region}:${resource.accountId}:${rest(resource)}`;

const iamArn =
  (kind: string, name: Name): Name =>
  (resource) => {
    const path = resource.property('Path') ?? '/';
    return `arn:${resource.partition}:iam::${resource.accountId}:${kind}${String(path)}${name(resource)}`;
  };

/** An address of a network for documentation (RFC 5737), or of a private one. */
const address =
  (network: string): Name =>
  (resource) =>
    `${network}.${(parseInt(resource.id(4, HEX), 16) % 254) + 1}`;

const publicAddress = address('203.0.113');
const privateAddress = address('10.0.0');

/** `ec2-203-0-113-7.compute-1.amazonaws.com` */
const publicHost: Name = (resource) => {
  const zone = resource.region === 'us-east-1' ? 'compute-1' : `${resource.region}.compute`;
  return `ec2-${publicAddress(resource).replaceAll('.', '-')}.${zone}.${resource.urlSuffix}`;
};

const privateHost: Name = (resource) => {
  const zone = resource.region === 'us-east-1' ? 'ec2' : `${resource.region}.compute`;
  return `ip-${privateAddress(resource).replaceAll('.', '-')}.${zone}.internal`;
};

const zone: Name = (resource) => String(resource.property('AvailabilityZone') ?? `${resource.region}a`);
const own =
  (property: string): Name =>
  (resource) =>
    String(resource.property(property));

const roleName = named('RoleName');
const functionName = named('FunctionName');
const functionArn = arn('lambda', (resource) => `function:${functionName(resource)}`);
const logGroupName = named('LogGroupName');
const topicArn = arn('sns', named('TopicName'));
const queueName = named('QueueName');
const queueUrl: Name = (queue) =>
  `https://sqs.${queue.region}.${queue.urlSuffix}/${queue.accountId}/${queueName(queue)}`;
const stateMachineArn = arn('states', (machine) => `stateMachine:${named('StateMachineName')(machine)}`);
const policyArn = iamArn('policy', named('ManagedPolicyName'));
const webAclName = named('Name');
const webAclArn = arn(
  'wafv2',
  (acl) =>
    `${acl.property('Scope') === 'CLOUDFRONT' ? 'global' : 'regional'}/webacl/${webAclName(acl)}/${uuid(acl)}`,
);
const httpApiId: Name = (api) => api.id(10);

/** A resource with an id of EC2, which is also one of its attributes. */
const withEc2Id = (
  prefix: string,
  idAttribute: string,
  attributes: Readonly<Record<string, Name>> = {},
): ResourceTypes[string] => ({
  ref: ec2Id(prefix),
  attributes: { [idAttribute]: ec2Id(prefix), ...attributes },
});

/**
 * Return values of resource types that have a known shape although nothing runs them: names, ARNs, host names
 * (CloudFormation template reference, "Return values" of each type).
 */
export const RETURN_VALUES: ResourceTypes = {
  'AWS::ApiGateway::DomainName': {
    ref: own('DomainName'),
    attributes: {
      DistributionDomainName: (domain) => `d${domain.id(13)}.cloudfront.net`,
      DistributionHostedZoneId: () => 'Z2FDTNDATAQYW2',
      RegionalDomainName: (domain) => `d-${domain.id(10)}.execute-api.${domain.region}.${domain.urlSuffix}`,
    },
  },
  'AWS::ApiGatewayV2::Api': {
    ref: httpApiId,
    attributes: {
      ApiId: httpApiId,
      ApiEndpoint: (api) => `https://${httpApiId(api)}.execute-api.${api.region}.${api.urlSuffix}`,
    },
  },
  'AWS::ApiGatewayV2::Stage': { ref: own('StageName'), attributes: {} },
  'AWS::CertificateManager::Certificate': {
    ref: arn('acm', (certificate) => `certificate/${uuid(certificate)}`),
    attributes: {},
  },
  'AWS::Cognito::IdentityPool': {
    ref: (pool) => `${pool.region}:${uuid(pool)}`,
    attributes: { Name: named('IdentityPoolName') },
  },
  'AWS::EC2::EIP': {
    ref: publicAddress,
    attributes: { AllocationId: ec2Id('eipalloc'), PublicIp: publicAddress },
  },
  'AWS::EC2::Instance': withEc2Id('i', 'InstanceId', {
    AvailabilityZone: zone,
    PrivateDnsName: privateHost,
    PrivateIp: privateAddress,
    PublicDnsName: publicHost,
    PublicIp: publicAddress,
  }),
  'AWS::EC2::InternetGateway': withEc2Id('igw', 'InternetGatewayId'),
  'AWS::EC2::LaunchTemplate': withEc2Id('lt', 'LaunchTemplateId', {
    DefaultVersionNumber: () => '1',
    LatestVersionNumber: () => '1',
  }),
  'AWS::EC2::NatGateway': withEc2Id('nat', 'NatGatewayId'),
  'AWS::EC2::RouteTable': withEc2Id('rtb', 'RouteTableId'),
  'AWS::EC2::SecurityGroup': withEc2Id('sg', 'GroupId', { Id: ec2Id('sg') }),
  'AWS::EC2::Subnet': withEc2Id('subnet', 'SubnetId', {
    AvailabilityZone: zone,
    CidrBlock: own('CidrBlock'),
  }),
  'AWS::EC2::VPC': withEc2Id('vpc', 'VpcId', {
    CidrBlock: own('CidrBlock'),
    DefaultNetworkAcl: ec2Id('acl'),
    DefaultSecurityGroup: ec2Id('sg'),
  }),
  'AWS::EC2::VPCEndpoint': withEc2Id('vpce', 'Id'),
  'AWS::ECR::Repository': {
    ref: named('RepositoryName'),
    attributes: {
      Arn: arn('ecr', (repository) => `repository/${named('RepositoryName')(repository)}`),
      RepositoryUri: (repository) =>
        `${repository.accountId}.dkr.ecr.${repository.region}.${repository.urlSuffix}/${named('RepositoryName')(repository)}`,
    },
  },
  'AWS::ECS::Cluster': {
    ref: named('ClusterName'),
    attributes: { Arn: arn('ecs', (cluster) => `cluster/${named('ClusterName')(cluster)}`) },
  },
  'AWS::Events::Rule': {
    ref: named('Name'),
    attributes: { Arn: arn('events', (rule) => `rule/${named('Name')(rule)}`) },
  },
  'AWS::IAM::InstanceProfile': {
    ref: named('InstanceProfileName'),
    attributes: { Arn: iamArn('instance-profile', named('InstanceProfileName')) },
  },
  'AWS::IAM::ManagedPolicy': { ref: policyArn, attributes: { PolicyArn: policyArn } },
  'AWS::IAM::Role': {
    ref: roleName,
    attributes: {
      Arn: iamArn('role', roleName),
      RoleId: (role) => `AROA${role.id(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
    },
  },
  'AWS::IAM::User': { ref: named('UserName'), attributes: { Arn: iamArn('user', named('UserName')) } },
  'AWS::KMS::Key': { ref: uuid, attributes: { Arn: arn('kms', (key) => `key/${uuid(key)}`), KeyId: uuid } },
  'AWS::Lambda::Alias': {
    ref: (alias) => `${String(alias.property('FunctionName'))}:${String(alias.property('Name'))}`,
    attributes: {},
  },
  'AWS::Lambda::Function': { ref: functionName, attributes: { Arn: functionArn } },
  'AWS::Lambda::Url': {
    ref: own('TargetFunctionArn'),
    attributes: {
      FunctionArn: own('TargetFunctionArn'),
      FunctionUrl: (url) => `https://${url.id(32)}.lambda-url.${url.region}.on.aws/`,
    },
  },
  'AWS::Logs::LogGroup': {
    ref: logGroupName,
    attributes: { Arn: arn('logs', (group) => `log-group:${logGroupName(group)}:*`) },
  },
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: named('TopicName') } },
  'AWS::SQS::Queue': {
    ref: queueUrl,
    attributes: { Arn: arn('sqs', queueName), QueueName: queueName, QueueUrl: queueUrl },
  },
  'AWS::StepFunctions::StateMachine': {
    ref: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: named('StateMachineName') },
  },
  'AWS::WAFv2::WebACL': {
    ref: (acl) => `${webAclName(acl)}|${uuid(acl)}|${String(acl.property('Scope'))}`,
    attributes: { Arn: webAclArn, Id: uuid },
  },
};
