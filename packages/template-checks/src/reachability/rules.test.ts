import { expect, test } from 'vitest';
import { found, mutated, fixture, type MutableTemplate, type Mutation } from '../../test/fixtures';
import { describeHops } from '../report';
import { checkRules, type CheckedStack, Subject } from '../rule';
import { authorizedPathReachesContainer } from './rules';

const ONLY_AUTHORIZED = 'container-reachable-only-through-authorizer';
const AUTHORIZED_PATH = 'authorized-path-reaches-container';
const NO_UNUSED = 'no-unused-entry-points';
const PRIVATE = 'integrations-use-vpc-link';
const KNOWN = 'only-known-resource-types';
const UNCONDITIONAL = 'template-is-unconditional';
const SCOPES = 'scope-required-on-every-method';

const METHODS = 'api-methods-valid';

const METHOD = 'AWS::ApiGateway::Method';
const GROUP = 'AWS::EC2::SecurityGroup';
const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const EGRESS = 'AWS::EC2::SecurityGroupEgress';
const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const SERVICE = 'AWS::ECS::Service';

const described = (words: string) => (resource: { Properties: { GroupDescription?: string } }) =>
  resource.Properties.GroupDescription?.startsWith(words) ?? false;
const hostGroup = (template: MutableTemplate) => template.id(GROUP, described('Container hosts'));
const balancerGroup = (template: MutableTemplate) => template.id(GROUP, described('Load balancer'));
const linkGroup = (template: MutableTemplate) => template.id(GROUP, described('VPC link'));

const letIn =
  (
    group: (template: MutableTemplate) => string,
    source: Record<string, unknown>,
    ports = [8080, 8080],
  ): Mutation =>
  (template) =>
    template.add('Opened', INGRESS, {
      GroupId: { 'Fn::GetAtt': [group(template), 'GroupId'] },
      IpProtocol: 'tcp',
      FromPort: ports[0],
      ToPort: ports[1],
      ...source,
    });

/** Adds a method that the deployment includes. */
const addMethod =
  (change: Record<string, unknown>): Mutation =>
  (template) => {
    const real = template.the(METHOD);
    template.add('Another', METHOD, { ...real.Properties, HttpMethod: 'GET', ...change });
    template.the('AWS::ApiGateway::Deployment').DependsOn?.push('Another');
  };

const WITHOUT_AUTHORIZER = {
  AuthorizationType: 'NONE',
  AuthorizerId: undefined,
  AuthorizationScopes: undefined,
};

interface Case {
  readonly what: string;
  readonly mutate: Mutation;
  readonly rules: readonly string[];
  /** Parts of the hops found, in their order. */
  readonly hops?: readonly string[];
  readonly path?: string;
}

const CASES: readonly Case[] = [
  {
    what: 'instances open to the internet',
    mutate: letIn(hostGroup, { CidrIp: '0.0.0.0/0' }),
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'security group BackendEc2Capacity',
      'inbound rule: tcp 8080 from everyone (0.0.0.0/0)',
      'container instances',
      'service',
      'port 8080',
    ],
    path: 'Resources.Opened',
  },
  {
    what: 'instances open to the internet with IPv6',
    mutate: letIn(hostGroup, { CidrIpv6: '::/0' }, [32_768, 65_535]),
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'inbound rule: tcp 32768-65535 from everyone (::/0)',
      'container instances',
      'port 8080',
    ],
  },
  {
    what: 'instances open to some addresses',
    mutate: letIn(hostGroup, { CidrIp: '203.0.113.0/24' }),
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'addresses 203.0.113.0/24', 'container instances', 'port 8080'],
  },
  {
    what: 'instances open to the VPC',
    mutate: letIn(hostGroup, { CidrIp: '10.0.0.0/20' }),
    rules: [ONLY_AUTHORIZED],
    hops: ['addresses 10.0.0.0/20', 'container instances'],
  },
  {
    what: 'instances open to addresses that are known after deployment',
    mutate: (template) =>
      letIn(hostGroup, { CidrIp: { 'Fn::GetAtt': [template.id('AWS::EC2::VPC'), 'CidrBlock'] } })(template),
    rules: [ONLY_AUTHORIZED],
    hops: ['addresses ${BackendNetworkVpc', 'container instances'],
  },
  {
    what: 'instances open to a prefix list',
    mutate: letIn(hostGroup, { SourcePrefixListId: 'pl-3b927c52' }),
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'prefix list pl-3b927c52', 'container instances', 'port 8080'],
  },
  {
    what: 'SSH open to the internet',
    mutate: letIn(hostGroup, { CidrIp: '0.0.0.0/0' }, [22, 22]),
    rules: [ONLY_AUTHORIZED],
    hops: ['inbound rule: tcp 22 from everyone', 'container instances', 'port 8080'],
  },
  {
    what: 'an inbound rule without a source',
    mutate: letIn(hostGroup, {}),
    rules: [ONLY_AUTHORIZED],
    hops: ['from an unknown source', 'container instances'],
  },
  {
    what: 'an inline rule of the instances’ group',
    mutate: (template) => {
      template.the(GROUP, described('Container hosts')).Properties.SecurityGroupIngress = [
        { CidrIp: '0.0.0.0/0', IpProtocol: '-1' },
      ];
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['all traffic from everyone', 'container instances', 'port 8080'],
  },
  {
    what: 'an internal load balancer whose group is open to the internet',
    mutate: letIn(balancerGroup, { CidrIp: '0.0.0.0/0' }, [80, 80]),
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'security group BackendEntranceSecurityGroup',
      'load balancer',
      'listener',
      'target group',
      'service',
      'port 8080',
    ],
  },
  {
    what: 'a VPC link whose group is open to the internet',
    mutate: letIn(linkGroup, { CidrIp: '0.0.0.0/0' }, [80, 80]),
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'security group BackendEntranceVpcLinkSecurityGroup',
      'VPC link',
      'security group BackendEntranceSecurityGroup',
      'load balancer',
      'port 8080',
    ],
  },
  {
    what: 'instances open to a group that is reachable',
    mutate: (template) => {
      template.add('Bastion', GROUP, {
        GroupDescription: 'x',
        SecurityGroupIngress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }],
      });
      letIn(hostGroup, { SourceSecurityGroupId: { 'Fn::GetAtt': ['Bastion', 'GroupId'] } })(template);
    },
    rules: [ONLY_AUTHORIZED, NO_UNUSED],
    hops: [
      'internet',
      'security group Bastion',
      'security group BackendEc2Capacity',
      'container instances',
      'port 8080',
    ],
  },
  {
    what: 'instances open to a group that is not reachable',
    mutate: (template) => {
      template.add('Bastion', GROUP, { GroupDescription: 'x' });
      letIn(hostGroup, { SourceSecurityGroupId: { 'Fn::GetAtt': ['Bastion', 'GroupId'] } })(template);
    },
    rules: [NO_UNUSED],
    path: 'Resources.Opened',
  },
  {
    what: 'instances open to a group of another template',
    mutate: letIn(hostGroup, { SourceSecurityGroupId: 'sg-0123456789abcdef0' }),
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'security group sg-0123456789abcdef0',
      'it is not in this template',
      'container instances',
      'port 8080',
    ],
  },
  {
    what: 'instances in a group of another template',
    mutate: (template) => {
      template
        .the('AWS::EC2::LaunchTemplate')
        .Properties.LaunchTemplateData.SecurityGroupIds.push({ 'Fn::ImportValue': 'shared-group' });
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'security group', 'shared-group', 'container instances', 'port 8080'],
  },
  {
    what: 'an inbound rule for all ports of the load balancer',
    mutate: (template) => {
      const rule = template.the(INGRESS, ({ Properties }) => Properties.FromPort === 32_768);
      Object.assign(rule.Properties, { IpProtocol: '-1' });
    },
    rules: [],
  },
  {
    what: 'an internet-facing load balancer',
    mutate: (template) => {
      template.the(LOAD_BALANCER).Properties.Scheme = 'internet-facing';
    },
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'load balancer',
      'Scheme internet-facing',
      'listener',
      'target group',
      'service',
      'port 8080',
    ],
    path: 'Resources.BackendEntranceLoadBalancerEFD76EC3.Properties.Scheme',
  },
  {
    what: 'a load balancer without a scheme',
    mutate: (template) => {
      delete template.the(LOAD_BALANCER).Properties.Scheme;
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'Scheme is missing, so it is internet-facing', 'port 8080'],
  },
  {
    what: 'a second, internet-facing load balancer with the same targets',
    mutate: (template) => {
      template.add('Public', LOAD_BALANCER, {
        Scheme: 'internet-facing',
        Type: 'network',
        Subnets: template.the(LOAD_BALANCER).Properties.Subnets,
      });
      template.add('PublicListener', LISTENER, {
        LoadBalancerArn: { Ref: 'Public' },
        Port: 80,
        Protocol: 'TCP',
        DefaultActions: template.the(LISTENER).Properties.DefaultActions,
      });
    },
    rules: [ONLY_AUTHORIZED, NO_UNUSED],
    hops: ['internet', 'load balancer Public', 'listener PublicListener', 'target group', 'port 8080'],
  },
  {
    what: 'a second listener',
    mutate: (template) => {
      template.add('Second', LISTENER, { ...template.the(LISTENER).Properties, Port: 8081 });
    },
    rules: [NO_UNUSED],
    path: 'Resources.Second',
  },
  {
    what: 'a listener on a load balancer of another template',
    mutate: (template) => {
      template.add('Second', LISTENER, {
        ...template.the(LISTENER).Properties,
        LoadBalancerArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/1',
      });
    },
    rules: [ONLY_AUTHORIZED, NO_UNUSED, 'no-hardcoded-region-or-account'],
    hops: ['internet', 'it is not in this template', 'listener Second', 'target group', 'port 8080'],
  },
  {
    what: 'a second target group of the service',
    mutate: (template) => {
      template.add('Second', TARGET_GROUP, { ...template.the(TARGET_GROUP).Properties });
      template.add('SecondListener', LISTENER, {
        ...template.the(LISTENER).Properties,
        Port: 8081,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Second' } }],
      });
      const service = template.the(SERVICE);
      service.Properties.LoadBalancers.push({
        ...service.Properties.LoadBalancers[0],
        TargetGroupArn: { Ref: 'Second' },
      });
      service.DependsOn?.push('SecondListener');
    },
    rules: [NO_UNUSED],
  },
  {
    what: 'no scope',
    mutate: (template) => {
      delete template.the(METHOD).Properties.AuthorizationScopes;
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: [
      'internet',
      'REST API',
      'method ANY /api/{proxy+}',
      'no AuthorizationScopes',
      'VPC link',
      'load balancer',
      'port 8080',
    ],
    path: 'Resources.ApiRestApiapiproxyANY3646FA28.Properties.AuthorizationScopes',
  },
  {
    what: 'an empty list of scopes',
    mutate: (template) => {
      template.the(METHOD).Properties.AuthorizationScopes = [];
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: ['no AuthorizationScopes', 'port 8080'],
  },
  {
    what: 'a scope that does not exist',
    mutate: (template) => {
      template.the(METHOD).Properties.AuthorizationScopes = ['openid'];
    },
    rules: [SCOPES],
  },
  {
    what: 'no authorizer',
    mutate: (template) => {
      Object.assign(template.the(METHOD).Properties, WITHOUT_AUTHORIZER);
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: ['internet', 'AuthorizationType is NONE: unauthenticated requests pass', 'VPC link', 'port 8080'],
  },
  {
    what: 'IAM instead of the authorizer',
    mutate: (template) => {
      template.the(METHOD).Properties.AuthorizationType = 'AWS_IAM';
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: ['AuthorizationType is AWS_IAM, not the Cognito authorizer', 'port 8080'],
  },
  {
    what: 'an authorizer of another type',
    mutate: (template) => {
      template.the('AWS::ApiGateway::Authorizer').Properties.Type = 'REQUEST';
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: ['is of type REQUEST', 'port 8080'],
  },
  {
    what: 'an authorizer that trusts another pool',
    mutate: (template) => {
      template.the('AWS::ApiGateway::Authorizer').Properties.ProviderARNs.push({
        'Fn::Sub': 'arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/other',
      });
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: ['userpool/other, not the Arn of a user pool of this template', 'port 8080'],
  },
  {
    what: 'an authorizer of another template',
    mutate: (template) => {
      template.the(METHOD).Properties.AuthorizerId = 'abc123';
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: ['AuthorizerId abc123: not an authorizer of this template', 'port 8080'],
  },
  {
    what: 'another method without the authorizer',
    mutate: addMethod(WITHOUT_AUTHORIZER),
    rules: [ONLY_AUTHORIZED, SCOPES],
    hops: [
      'internet',
      'REST API',
      'method GET /api/{proxy+} (Another)',
      'AuthorizationType is NONE',
      'VPC link',
      'port 8080',
    ],
    path: 'Resources.Another.Properties.AuthorizationType',
  },
  {
    what: 'another method without the authorizer, with a mock integration',
    mutate: addMethod({ ...WITHOUT_AUTHORIZER, HttpMethod: 'OPTIONS', Integration: { Type: 'MOCK' } }),
    rules: [SCOPES],
  },
  {
    what: 'a method at the root of the API without the authorizer',
    mutate: (template) =>
      addMethod({
        ...WITHOUT_AUTHORIZER,
        ResourceId: { 'Fn::GetAtt': [template.id('AWS::ApiGateway::RestApi'), 'RootResourceId'] },
      })(template),
    rules: [ONLY_AUTHORIZED, METHODS, SCOPES],
    hops: ['method GET / (Another)', 'VPC link', 'port 8080'],
  },
  {
    what: 'methods in an OpenAPI document',
    mutate: (template) => {
      template.the('AWS::ApiGateway::RestApi').Properties.Body = { openapi: '3.0.1', paths: {} };
    },
    rules: [ONLY_AUTHORIZED, KNOWN],
    hops: ['internet', 'VPC link', 'its Body defines methods, which this check does not read', 'port 8080'],
  },
  {
    what: 'an integration over the internet',
    mutate: addMethod({
      Integration: {
        Type: 'HTTP_PROXY',
        IntegrationHttpMethod: 'ANY',
        Uri: 'http://ec2-198-51-100-1.compute-1.amazonaws.com:8080/',
      },
    }),
    rules: [AUTHORIZED_PATH, PRIVATE],
    path: 'Resources.Another.Properties.Integration',
  },
  {
    what: 'an integration with a function that API Gateway may not invoke',
    mutate: (template) =>
      addMethod({
        Integration: {
          Type: 'AWS_PROXY',
          IntegrationHttpMethod: 'POST',
          Uri: {
            'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${template.id('AWS::Lambda::Function')}.Arn}/invocations`,
          },
        },
      })(template),
    rules: [AUTHORIZED_PATH],
  },
  {
    what: 'a VPC link (v1)',
    mutate: (template) => {
      template.add('OldLink', 'AWS::ApiGateway::VpcLink', {
        Name: 'old',
        TargetArns: [{ Ref: template.id(LOAD_BALANCER) }],
      });
      template.the(METHOD).Properties.Integration.ConnectionId = { Ref: 'OldLink' };
    },
    rules: [AUTHORIZED_PATH, NO_UNUSED, PRIVATE, METHODS],
  },
  {
    what: 'another method with a VPC link from a stage variable',
    mutate: (template) =>
      addMethod({
        ...WITHOUT_AUTHORIZER,
        Integration: {
          ...template.the(METHOD).Properties.Integration,
          ConnectionId: '${stageVariables.link}',
        },
      })(template),
    rules: [ONLY_AUTHORIZED, PRIVATE, METHODS, SCOPES],
    hops: ['method GET', 'VPC link', 'the integration uses ${stageVariables.link}', 'port 8080'],
  },
  {
    what: 'instances with an existing network interface',
    mutate: (template) => {
      template.the('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.NetworkInterfaces = [
        { DeviceIndex: 0, NetworkInterfaceId: 'eni-0123456789abcdef0' },
      ];
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH],
    hops: ['security group of interface eni-0123456789abcdef0', 'container instances', 'port 8080'],
  },
  {
    what: 'a function URL that does not lead to a container',
    mutate: (template) =>
      template.add('Url', 'AWS::Lambda::Url', {
        AuthType: 'NONE',
        TargetFunctionArn: { 'Fn::GetAtt': [template.id('AWS::Lambda::Function'), 'Arn'] },
      }),
    rules: [NO_UNUSED],
    hops: ['internet', 'AWS::Lambda::Url Url', 'a function URL bypasses API Gateway'],
    path: 'Resources.Url',
  },
  {
    what: 'a function URL that leads to the load balancer',
    mutate: (template) => {
      const lambda = template.id('AWS::Lambda::Function');
      template.add('Url', 'AWS::Lambda::Url', { AuthType: 'NONE', TargetFunctionArn: { Ref: lambda } });
      template.the('AWS::Lambda::Function').Properties.VpcConfig = {
        SecurityGroupIds: [{ 'Fn::GetAtt': [linkGroup(template), 'GroupId'] }],
      };
    },
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'AWS::Lambda::Url Url',
      'function',
      'security group BackendEntranceSecurityGroup',
      'from security group BackendEntranceVpcLinkSecurityGroup',
      'load balancer',
      'port 8080',
    ],
  },
  {
    what: 'a function that everyone can invoke and that leads to the load balancer',
    mutate: (template) => {
      const lambda = template.id('AWS::Lambda::Function');
      template.add('Permission', 'AWS::Lambda::Permission', {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: lambda },
        Principal: '*',
      });
      template.the('AWS::Lambda::Function').Properties.VpcConfig = {
        SecurityGroupIds: [{ 'Fn::GetAtt': [linkGroup(template), 'GroupId'] }],
      };
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['a permission allows everyone to invoke it', 'load balancer', 'port 8080'],
  },
  {
    what: 'an HTTP API on the same VPC link',
    mutate: (template) => {
      template.add('HttpApi', 'AWS::ApiGatewayV2::Api', { Name: 'x', ProtocolType: 'HTTP' });
      template.add('HttpIntegration', 'AWS::ApiGatewayV2::Integration', {
        ApiId: { Ref: 'HttpApi' },
        ConnectionType: 'VPC_LINK',
        ConnectionId: { Ref: template.id('AWS::ApiGatewayV2::VpcLink') },
        IntegrationUri: { Ref: template.id(LISTENER) },
      });
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'AWS::ApiGatewayV2::Api HttpApi', 'port 8080'],
    path: 'Resources.HttpApi',
  },
  {
    what: 'a VPC origin of CloudFront',
    mutate: (template) => {
      template.add('Origin', 'AWS::CloudFront::VpcOrigin', {
        VpcOriginEndpointConfig: { Arn: { Ref: template.id(LOAD_BALANCER) } },
      });
      template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig.Origins.push({
        Id: 'direct',
        DomainName: { 'Fn::GetAtt': [template.id(LOAD_BALANCER), 'DNSName'] },
        VpcOriginConfig: { VpcOriginId: { Ref: 'Origin' } },
      });
    },
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'distribution',
      'an origin bypasses API Gateway and leads into the VPC',
      'load balancer',
      'port 8080',
    ],
  },
  {
    what: 'the load balancer as origin',
    mutate: (template) => {
      template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig.Origins.push({
        Id: 'direct',
        DomainName: { 'Fn::GetAtt': [template.id(LOAD_BALANCER), 'DNSName'] },
        CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
      });
    },
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'distribution',
      'an origin bypasses API Gateway: it is the load balancer',
      'port 8080',
    ],
  },
  {
    what: 'PrivateLink to the load balancer',
    mutate: (template) =>
      template.add('Service', 'AWS::EC2::VPCEndpointService', {
        NetworkLoadBalancerArns: [{ Ref: template.id(LOAD_BALANCER) }],
      }),
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'AWS::EC2::VPCEndpointService Service', 'load balancer', 'port 8080'],
  },
  {
    what: 'a single instance with an inbound rule',
    mutate: (template) => {
      template.add('VmGroup', GROUP, {
        GroupDescription: 'x',
        SecurityGroupIngress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080 }],
      });
      template.add('Vm', 'AWS::EC2::Instance', {
        ImageId: { Ref: 'SomeImage' },
        MetadataOptions: { HttpTokens: 'required' },
        SecurityGroupIds: [{ Ref: 'VmGroup' }],
      });
      Object.assign(template.json, {
        Parameters: { ...(template.json['Parameters'] as object), SomeImage: { Type: 'String' } },
      });
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'security group VmGroup', 'container instances Vm'],
  },
  {
    what: 'a service in VPC Lattice',
    mutate: (template) => {
      template.the(SERVICE).Properties.VpcLatticeConfigurations = [{}];
    },
    rules: [KNOWN],
  },
  {
    what: 'an unknown resource type',
    mutate: (template) => template.add('Portal', 'AWS::Wormhole::Portal', {}),
    rules: [KNOWN],
    path: 'Resources.Portal.Type',
  },
  {
    what: 'a listener with a condition',
    mutate: (template) => {
      template.the(LISTENER).Condition = 'OnFridays';
    },
    rules: [UNCONDITIONAL],
  },
  {
    what: 'a scope that is decided at deployment',
    mutate: (template) => {
      template.the(METHOD).Properties.RequestParameters = { 'Fn::If': ['OnFridays', {}, {}] };
    },
    rules: [UNCONDITIONAL, METHODS],
  },
  {
    what: 'a nested stack',
    mutate: (template) => template.add('Nested', 'AWS::CloudFormation::Stack', { TemplateURL: 'x' }),
    rules: [KNOWN, UNCONDITIONAL, 'nested-stacks-read'],
  },
  {
    what: 'a macro',
    mutate: (template) => Object.assign(template.json, { Transform: 'AWS::Serverless-2016-10-31' }),
    rules: [UNCONDITIONAL],
  },
  {
    what: 'no inbound rule for the load balancer',
    mutate: (template) =>
      template.remove(template.id(INGRESS, ({ Properties }) => Properties.FromPort === 80)),
    rules: [AUTHORIZED_PATH],
    hops: ['REST API', 'VPC link'],
  },
  {
    what: 'an inbound rule for only some of the dynamic ports',
    mutate: (template) => {
      template.the(INGRESS, ({ Properties }) => Properties.FromPort === 32_768).Properties.FromPort = 49_153;
    },
    rules: [AUTHORIZED_PATH, NO_UNUSED],
    hops: ['load balancer', 'listener', 'target group', 'service'],
  },
  {
    what: 'a load balancer without an outbound rule for the instances',
    mutate: (template) => {
      template.the(EGRESS, ({ Properties }) => Properties.FromPort === 32_768).Properties.ToPort = 32_768;
    },
    rules: [AUTHORIZED_PATH],
  },
  {
    what: 'an integration URI with a port that has no listener',
    mutate: (template) => {
      template.the(METHOD).Properties.Integration.Uri['Fn::Join'][1][2] = ':8080/api/{proxy}';
    },
    rules: [AUTHORIZED_PATH, NO_UNUSED, METHODS],
  },
  {
    what: 'no container',
    mutate: (template) => template.remove(template.id(SERVICE)),
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, 'references-resolve'],
  },
  {
    what: 'no method',
    mutate: (template) => template.remove(template.id(METHOD)),
    rules: [AUTHORIZED_PATH, NO_UNUSED, METHODS, 'references-resolve', SCOPES],
  },
];

const taskGroup = (template: MutableTemplate) =>
  template.id(GROUP, (_, id) => id.startsWith('BackendFargate'));

/** Cases for tasks with their own network interfaces. */
const FARGATE_CASES: readonly Case[] = [
  {
    what: 'tasks open to the internet',
    mutate: letIn(taskGroup, { CidrIp: '0.0.0.0/0' }),
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'inbound rule: tcp 8080 from everyone (0.0.0.0/0)', 'service', 'port 8080'],
    path: 'Resources.Opened',
  },
  {
    what: 'tasks open to the internet on an unused port',
    mutate: letIn(taskGroup, { CidrIpv6: '::/0' }, [22, 22]),
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'inbound rule: tcp 22 from everyone (::/0)', 'service', 'port 8080'],
  },
  {
    what: 'tasks open to a group that is reachable',
    mutate: (template) => {
      template.add('Bastion', GROUP, {
        GroupDescription: 'x',
        SecurityGroupIngress: [{ CidrIp: '198.51.100.7/32', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }],
      });
      letIn(taskGroup, { SourceSecurityGroupId: { 'Fn::GetAtt': ['Bastion', 'GroupId'] } })(template);
    },
    rules: [ONLY_AUTHORIZED, NO_UNUSED],
    hops: ['internet', 'addresses 198.51.100.7/32', 'security group Bastion', 'service', 'port 8080'],
  },
  {
    what: 'tasks in the default group of the VPC',
    mutate: (template) => {
      delete template.the(SERVICE).Properties.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups;
    },
    rules: [AUTHORIZED_PATH],
  },
  {
    what: 'tasks in the default group of the VPC, open to the internet',
    mutate: (template) => {
      const vpc = template.id('AWS::EC2::VPC');
      delete template.the(SERVICE).Properties.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups;
      template.add('Opened', INGRESS, {
        GroupId: { 'Fn::GetAtt': [vpc, 'DefaultSecurityGroup'] },
        CidrIp: '0.0.0.0/0',
        IpProtocol: '-1',
      });
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH],
    hops: ['internet', 'security group default of the VPC', 'service', 'port 8080'],
  },
  {
    what: 'an internet-facing load balancer',
    mutate: (template) => {
      template.the(LOAD_BALANCER).Properties.Scheme = 'internet-facing';
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'load balancer', 'Scheme internet-facing', 'service', 'port 8080'],
  },
  {
    what: 'no scope',
    mutate: (template) => {
      delete template.the(METHOD).Properties.AuthorizationScopes;
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, NO_UNUSED, SCOPES],
    hops: ['no AuthorizationScopes', 'VPC link', 'load balancer', 'service', 'port 8080'],
  },
  {
    what: 'tasks open to the load balancer on another port',
    mutate: (template) => {
      Object.assign(template.the(INGRESS, ({ Properties }) => Properties.FromPort === 8080).Properties, {
        FromPort: 8081,
        ToPort: 8081,
      });
    },
    rules: [AUTHORIZED_PATH, NO_UNUSED],
  },
  {
    what: 'a task definition of another template',
    mutate: (template) => {
      template.the(SERVICE).Properties.TaskDefinition = 'greeting:7';
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, 'ecs-services-register-targets'],
    hops: ['internet', 'its task definition is not in this template'],
  },
];

const FUNCTION = 'AWS::Lambda::Function';
const ALIAS = 'AWS::Lambda::Alias';
const PERMISSION = 'AWS::Lambda::Permission';
const apiFunction = (template: MutableTemplate) =>
  template.id(FUNCTION, ({ Properties }) => Properties.Description === 'Greeting API');

const LAMBDA_CASES: readonly Case[] = [
  {
    what: 'a function URL of the alias',
    mutate: (template) => {
      const alias = { Ref: template.id(ALIAS) };
      template.add('Url', 'AWS::Lambda::Url', { TargetFunctionArn: alias, AuthType: 'NONE' });
    },
    rules: [ONLY_AUTHORIZED],
    hops: [
      'internet',
      'a function URL bypasses API Gateway',
      'function BackendAlias',
      'function BackendFunction',
    ],
    path: 'Resources.Url',
  },
  {
    what: 'a function URL with IAM authorization',
    mutate: (template) => {
      const target = { 'Fn::GetAtt': [apiFunction(template), 'Arn'] };
      template.add('Url', 'AWS::Lambda::Url', { TargetFunctionArn: target, AuthType: 'AWS_IAM' });
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'a function URL bypasses API Gateway', 'function BackendFunction'],
  },
  {
    what: 'a permission for everyone',
    mutate: (template) => {
      template.the(PERMISSION).Properties.Principal = '*';
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH],
    hops: ['internet', 'a permission allows everyone to invoke it', 'function BackendFunction'],
  },
  {
    what: 'a permission for another service',
    mutate: (template) => {
      const name = { Ref: apiFunction(template) };
      const Principal = 'events.amazonaws.com';
      template.add('Other', PERMISSION, { Action: 'lambda:InvokeFunction', FunctionName: name, Principal });
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'function', 'a permission allows events.amazonaws.com to invoke it'],
    path: 'Resources.Other.Properties.Principal',
  },
  {
    what: 'a permission for the APIs of all accounts',
    mutate: (template) => {
      delete template.the(PERMISSION).Properties.SourceArn;
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'a permission allows API Gateway to invoke it for every API', 'function'],
  },
  {
    what: 'a permission for all APIs of the account',
    mutate: (template) => {
      template.the(PERMISSION).Properties.SourceArn = {
        'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:*/*/*/*',
      };
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'a permission allows API Gateway to invoke it for every API', 'function'],
  },
  {
    what: 'a permission for all actions',
    mutate: (template) => {
      template.the(PERMISSION).Properties.Action = 'lambda:*';
    },
    rules: [ONLY_AUTHORIZED],
    hops: ['internet', 'a permission allows lambda:*', 'function'],
  },
  {
    what: 'a public method without a declaration',
    mutate: addMethod(WITHOUT_AUTHORIZER),
    rules: [ONLY_AUTHORIZED, SCOPES],
    hops: ['internet', 'REST API', 'method GET', 'AuthorizationType is NONE', 'function BackendFunction'],
  },
  {
    what: 'no scope',
    mutate: (template) => {
      delete template.the(METHOD).Properties.AuthorizationScopes;
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, SCOPES],
    hops: ['no AuthorizationScopes', 'function BackendFunction'],
  },
  {
    what: 'methods in Body',
    mutate: (template) => {
      template.the('AWS::ApiGateway::RestApi').Properties.Body = {
        paths: { '/open': { 'x-amazon-apigateway-integration': { uri: { Ref: template.id(ALIAS) } } } },
      };
    },
    rules: [ONLY_AUTHORIZED, KNOWN, 'no-circular-dependencies'],
    hops: ['its Body defines methods', 'function BackendFunction'],
  },
  {
    what: 'no permission to invoke the function',
    mutate: (template) => template.remove(template.id(PERMISSION)),
    rules: [AUTHORIZED_PATH],
  },
  {
    what: 'a permission for the function although the methods invoke the alias',
    mutate: (template) => {
      template.the(PERMISSION).Properties.FunctionName = { Ref: apiFunction(template) };
    },
    rules: [AUTHORIZED_PATH],
  },
  {
    what: 'a function of another template',
    mutate: (template) => {
      template.the(METHOD).Properties.Integration.Uri =
        'arn:aws:apigateway:${stageVariables.region}:lambda:path/2015-03-31/functions/other/invocations';
    },
    rules: [ONLY_AUTHORIZED, AUTHORIZED_PATH, PRIVATE],
  },
  {
    what: 'an integration that calls the function with GET',
    mutate: (template) => {
      template.the(METHOD).Properties.Integration.IntegrationHttpMethod = 'GET';
    },
    rules: [METHODS],
  },
];

async function expectFound({ mutate, rules, hops = [], path }: Case, stack: CheckedStack): Promise<void> {
  const result = await found(mutated(mutate, stack));
  expect(result.rules).toEqual(rules);
  if (path !== undefined) expect(result.paths).toContain(path);
  if (hops.length > 0) {
    const pattern = hops.map((words) => words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*');
    expect(result.hops.join('\n\n')).toMatch(new RegExp(pattern));
  }
}

test.each(CASES)('reports $what on EC2 instances: $rules', (one) => expectFound(one, fixture()));

test.each(FARGATE_CASES)('reports $what on Fargate: $rules', (one) => expectFound(one, fixture('fargate')));

test.each(LAMBDA_CASES)('reports $what on Lambda: $rules', (one) => expectFound(one, fixture('lambda')));

test('allows a declared public method on Lambda', async () => {
  const stack = mutated((template) => {
    addMethod(WITHOUT_AUTHORIZER)(template);
    const declared = { publicMethod: 'GET /api/{proxy+}', reason: 'Anyone may read it.' };
    Object.assign(template.json.Resources['Another'] ?? {}, { Metadata: { 'template-checks': declared } });
  }, fixture('lambda'));
  expect((await found(stack)).findings).toEqual([]);
});

test('describes the authorized path to the function', async () => {
  const [outcome] = await checkRules(new Subject(fixture('lambda')), [authorizedPathReachesContainer]);
  const hops = outcome?.remark && 'hops' in outcome.remark ? outcome.remark.hops : [];
  expect(hops.map(({ to }) => to.replaceAll(/\(.*\)|[0-9A-F]{8}/g, '').trim())).toEqual([
    'REST API ApiRestApi',
    'method ANY /api/{proxy+}',
    'function BackendAlias',
    'function BackendFunction',
  ]);
});

test('describes the authorized path from the internet to the port of the container', async () => {
  const [outcome] = await checkRules(new Subject(fixture()), [authorizedPathReachesContainer]);
  const hops = outcome?.remark && 'hops' in outcome.remark ? describeHops(outcome.remark.hops) : [];
  expect(hops.map((line) => line.replaceAll(/\(.*\)| [A-Z]\w*[a-z]\w*|→ /g, '').trim())).toEqual([
    'internet',
    'REST API',
    'method ANY /api/{proxy+}',
    'VPC link',
    'load balancer',
    'listener',
    'target group',
    'service',
    "port 8080 of container 'api'",
  ]);
  expect(hops[2]).toContain('an access token with greetings/read');
});
