const LOAD = 'visible under load only; has its own tests';
const FAILURE = 'visible only when something fails or stops; has its own tests';
const REDEPLOYMENT = 'visible only when content is deployed again; has its own tests';
const DIRECT_ACCESS = 'visible only to requests that bypass the distribution; has its own tests';

/**
 * Reasons why the observations do not show a change, by resource type and interpreted property.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const UNDETECTED = {
  'AWS::CloudFront::Distribution DistributionConfig.CacheBehaviors[].Compress':
    'with caching disabled nothing is compressed (CF-COMP-03)',
  'AWS::CloudFront::Distribution DistributionConfig.DefaultRootObject':
    'the function of the default behavior rewrites / to the page (CF-ROOT-05)',
  'AWS::ApiGateway::GatewayResponse ResponseParameters': FAILURE,
  'AWS::ApiGateway::GatewayResponse ResponseTemplates':
    'the same as the default, or for an error that the observations do not cause',
  'AWS::ApiGateway::Stage AccessLogSetting.Format': 'visible in the log and the console, not in responses',
  'AWS::ApiGateway::Stage MethodSettings[].HttpMethod': LOAD,
  'AWS::ApiGateway::Stage MethodSettings[].ResourcePath': LOAD,
  'AWS::ApiGateway::Stage MethodSettings[].ThrottlingBurstLimit': LOAD,
  'AWS::ApiGateway::Stage MethodSettings[].ThrottlingRateLimit': LOAD,
  'AWS::ApiGateway::RestApi EndpointConfiguration.Types':
    'all endpoint types have the same responses here (AG-HD-08)',
  'AWS::ApiGateway::RestApi Name': 'visible in the console, not in responses',
  'AWS::ApiGateway::Method Integration.TimeoutInMillis': FAILURE,
  'AWS::Cognito::UserPool AutoVerifiedAttributes': 'visible only at sign-up, which this pool does not allow',
  'AWS::Cognito::UserPool AdminCreateUserConfig.AllowAdminCreateUserOnly':
    'visible only on the sign-up page, which the observations do not request; has its own tests',
  ...Object.fromEntries(
    [
      'RequireLowercase',
      'RequireNumbers',
      'RequireSymbols',
      'RequireUppercase',
      'TemporaryPasswordValidityDays',
    ].map((rule) => [
      `AWS::Cognito::UserPool Policies.PasswordPolicy.${rule}`,
      'visible only when a user chooses a password; has its own tests',
    ]),
  ),
  'AWS::Cognito::UserPool UsernameConfiguration.CaseSensitive':
    'visible only if a user name has another case; has its own tests',
  'AWS::Cognito::UserPoolGroup UserPoolId':
    'visible only to members of a group, and the observations sign in as another user; has its own tests',
  'AWS::Cognito::UserPoolGroup GroupName':
    'visible only to members of a group, and the observations sign in as another user; has its own tests',
  'AWS::Cognito::UserPoolClient ExplicitAuthFlows':
    'visible only in the user pools API, which the observations do not call; has its own tests',
  'AWS::Cognito::UserPoolClient RefreshTokenValidity': 'visible only after a day; has its own tests',
  'AWS::S3::BucketPolicy PolicyDocument.Statement[].Condition.StringEquals': DIRECT_ACCESS,
  'AWS::S3::BucketPolicy PolicyDocument.Statement[].Condition.Bool': DIRECT_ACCESS,
  'AWS::S3::Bucket PublicAccessBlockConfiguration.BlockPublicPolicy': DIRECT_ACCESS,
  'AWS::S3::Bucket PublicAccessBlockConfiguration.RestrictPublicBuckets': DIRECT_ACCESS,
  'AWS::ElasticLoadBalancingV2::TargetGroup HealthCheckIntervalSeconds': FAILURE,
  'AWS::ElasticLoadBalancingV2::TargetGroup HealthyThresholdCount': FAILURE,
  'AWS::ElasticLoadBalancingV2::TargetGroup UnhealthyThresholdCount': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.Interval': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.Retries': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.StartPeriod': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.Timeout': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].StopTimeout': FAILURE,
  'Custom::CDKBucketDeployment Exclude': REDEPLOYMENT,
  'Custom::CDKBucketDeployment Prune': REDEPLOYMENT,
  'Custom::CDKBucketDeployment SourceMarkersConfig[].jsonEscape':
    'no value of the configuration needs escaping; has its own tests',
};
