const words = (text: string): string[] => text.trim().split(/\s+/);

/** Returns the full names of resource types, e.g. `AWS::S3::Bucket` for `{ S3: 'Bucket' }`. */
export function typesOf(namesByService: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(
    Object.entries(namesByService).flatMap(([service, names]) =>
      words(names).map((name) => `AWS::${service}::${name}`),
    ),
  );
}

/** Types that the graph models hop by hop. */
export const MODELLED = typesOf({
  ApiGateway: 'Authorizer Method Resource RestApi VpcLink',
  ApiGatewayV2: 'VpcLink',
  AutoScaling: 'AutoScalingGroup',
  CloudFront: 'Distribution',
  EC2: 'Instance LaunchTemplate SecurityGroup SecurityGroupEgress SecurityGroupIngress',
  ECS: 'CapacityProvider Service TaskDefinition',
  ElasticLoadBalancingV2: 'Listener ListenerRule LoadBalancer TargetGroup',
  Lambda: 'Function Permission',
});

/**
 * Types that are entry points besides the REST API, and why. Each of their resources is a finding.
 */
export const ENTRY_POINTS: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': 'an HTTP or WebSocket API is public, and this check does not read its routes',
  'AWS::AppRunner::Service': 'App Runner gives it a public address',
  'AWS::AppSync::GraphQLApi': 'a GraphQL API is open to everyone with its key',
  'AWS::CloudFront::VpcOrigin': 'CloudFront bypasses API Gateway and reaches into the VPC',
  'AWS::EC2::ClientVpnEndpoint': 'a VPN client is inside the VPC',
  'AWS::EC2::InstanceConnectEndpoint': 'it tunnels connections into the VPC',
  'AWS::EC2::TransitGatewayAttachment': 'another network is joined to the VPC',
  'AWS::EC2::TransitGatewayVpcAttachment': 'another network is joined to the VPC',
  'AWS::EC2::VPCEndpointService': 'other accounts can reach its load balancer by PrivateLink',
  'AWS::EC2::VPCPeeringConnection': 'another network is joined to the VPC',
  'AWS::EC2::VPNConnection': 'another network is joined to the VPC',
  'AWS::EC2::VPNGateway': 'another network is joined to the VPC',
  'AWS::ECS::ExpressGatewayService': 'it creates a public load balancer',
  'AWS::ElasticBeanstalk::Environment': 'it creates a public load balancer',
  'AWS::ElasticLoadBalancing::LoadBalancer': 'a classic load balancer, which this check does not read',
  'AWS::GlobalAccelerator::Accelerator': 'it has public addresses and leads to load balancers and instances',
  'AWS::GlobalAccelerator::EndpointGroup': 'public addresses lead to its endpoints',
  'AWS::Lambda::Url': 'a function URL bypasses API Gateway',
  'AWS::Lightsail::Container': 'it has a public address',
  'AWS::NetworkManager::VpcAttachment': 'another network is joined to the VPC',
  'AWS::Transfer::Server': 'it listens on the internet',
  'AWS::VpcLattice::Service': 'other networks reach its targets',
  'AWS::VpcLattice::ServiceNetworkVpcAssociation': 'another network is joined to the VPC',
  'AWS::VpcLattice::TargetGroup': 'other networks reach its targets',
};

/** Types that belong to an entry point: their other references are where the entry point leads. */
export const BEHIND_ENTRY_POINTS = typesOf({
  ApiGatewayV2: 'Authorizer Deployment Integration Route Stage',
  AppSync: 'DataSource GraphQLSchema Resolver',
  GlobalAccelerator: 'Listener',
  VpcLattice: 'Listener Rule',
});

/** Types that are never an entry point to the VPC or a container, whatever their properties are. */
export const NO_ENTRY_POINT = typesOf({
  ApiGateway: `Account ApiKey BasePathMapping BasePathMappingV2 Deployment DomainName GatewayResponse Model
    RequestValidator Stage UsagePlan UsagePlanKey`,
  ApplicationAutoScaling: 'ScalableTarget ScalingPolicy',
  AutoScaling: 'LifecycleHook ScalingPolicy ScheduledAction WarmPool',
  Budgets: 'Budget',
  CDK: 'Metadata',
  CertificateManager: 'Certificate',
  CloudFront: `CachePolicy CloudFrontOriginAccessIdentity Function KeyGroup KeyValueStore MonitoringSubscription
    OriginAccessControl OriginRequestPolicy PublicKey RealtimeLogConfig ResponseHeadersPolicy`,
  CloudWatch: 'Alarm AnomalyDetector CompositeAlarm Dashboard',
  CodeDeploy: 'Application DeploymentConfig DeploymentGroup',
  Cognito: `LogDeliveryConfiguration ManagedLoginBranding UserPool UserPoolClient UserPoolDomain UserPoolGroup
    UserPoolIdentityProvider UserPoolResourceServer UserPoolRiskConfigurationAttachment
    UserPoolUICustomizationAttachment UserPoolUser UserPoolUserToGroupAttachment`,
  DynamoDB: 'GlobalTable Table',
  EC2: `DHCPOptions EIP EIPAssociation EgressOnlyInternetGateway FlowLog InternetGateway NatGateway
    NetworkAcl NetworkAclEntry PrefixList Route RouteTable Subnet SubnetNetworkAclAssociation
    SubnetRouteTableAssociation VPC VPCCidrBlock VPCDHCPOptionsAssociation VPCEndpoint
    VPCGatewayAttachment`,
  ECR: 'Repository',
  ECS: 'Cluster ClusterCapacityProviderAssociations',
  ElasticLoadBalancingV2: 'ListenerCertificate',
  Events: 'Rule',
  IAM: 'InstanceProfile ManagedPolicy OIDCProvider Policy Role RolePolicy ServiceLinkedRole',
  KMS: 'Alias Key',
  KinesisFirehose: 'DeliveryStream',
  Lambda: 'Alias EventInvokeConfig LayerVersion Version',
  Logs: `Delivery DeliveryDestination DeliverySource LogGroup LogStream MetricFilter QueryDefinition
    ResourcePolicy SubscriptionFilter`,
  ResourceGroups: 'Group',
  Route53: 'HealthCheck HostedZone RecordSet RecordSetGroup',
  S3: 'Bucket BucketPolicy',
  SNS: 'Subscription Topic TopicPolicy',
  SQS: 'Queue QueuePolicy',
  SSM: 'Parameter',
  SecretsManager: 'Secret',
  ServiceCatalogAppRegistry: 'Application',
  WAFv2: 'IPSet LoggingConfiguration RegexPatternSet RuleGroup WebACL WebACLAssociation',
  XRay: 'Group SamplingRule',
});

/** Monitoring types: no rule depends on their existence. */
export const MONITORING = typesOf({
  Budgets: 'Budget',
  CDK: 'Metadata',
  CloudWatch: 'Alarm AnomalyDetector CompositeAlarm Dashboard',
  Logs: 'QueryDefinition',
  SNS: 'Subscription',
});

/** True for custom resources. They run a Lambda function of the template, and the rules check that function. */
export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/**
 * Known properties of the types for which one property can create an entry point. An unlisted property is a finding,
 * because AWS may have added it for that purpose.
 */
export const KNOWN_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::RestApi': words(`
    ApiKeySourceType BinaryMediaTypes Description DisableExecuteApiEndpoint EndpointAccessMode
    EndpointConfiguration FailOnWarnings MinimumCompressionSize Name Policy SecurityPolicy Tags`),
  'AWS::ECS::Service': words(`
    AvailabilityZoneRebalancing CapacityProviderStrategy Cluster DeploymentConfiguration
    DeploymentController DesiredCount EnableECSManagedTags EnableExecuteCommand ForceNewDeployment
    HealthCheckGracePeriodSeconds LaunchType LoadBalancers NetworkConfiguration PlacementConstraints
    PlacementStrategies PlatformVersion PropagateTags Role SchedulingStrategy ServiceName Tags
    TaskDefinition VolumeConfigurations`),
  'AWS::AutoScaling::AutoScalingGroup': words(`
    AutoScalingGroupName AvailabilityZoneDistribution AvailabilityZoneImpairmentPolicy AvailabilityZones
    CapacityRebalance CapacityReservationSpecification Context Cooldown DefaultInstanceWarmup
    DeletionProtection DesiredCapacity DesiredCapacityType HealthCheckGracePeriod HealthCheckType
    InstanceLifecyclePolicy InstanceMaintenancePolicy LaunchTemplate LifecycleHookSpecificationList
    MaxInstanceLifetime MaxSize MetricsCollection MinSize NewInstancesProtectedFromScaleIn
    NotificationConfigurations PlacementGroup ServiceLinkedRoleARN Tags TargetGroupARNs
    TerminationPolicies VPCZoneIdentifier`),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': words(`
    EnableCapacityReservationProvisionStabilize EnablePrefixForIpv6SourceNat
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic IpAddressType LoadBalancerAttributes
    MinimumLoadBalancerCapacity Name Scheme SecurityGroups SubnetMappings Subnets Tags Type`),
  'AWS::EC2::SecurityGroup': words(
    'GroupDescription GroupName SecurityGroupEgress SecurityGroupIngress Tags VpcId',
  ),
};
