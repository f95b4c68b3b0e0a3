const RATE = 'seen under load only; its own tests hold it';
const FAILURE = 'seen when something fails or stops only; its own tests hold it';
const LATER = 'seen when content is deployed again only; its own tests hold it';
const OTHERS = 'seen by requests that come from elsewhere than the distribution only; its own tests hold it';

/**
 * Interpreted properties whose change the observations do not show, by resource type and property, with the reason.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const UNSEEN = {
  'AWS::CloudFront::Distribution DistributionConfig.CacheBehaviors[].Compress':
    'nothing is compressed where caching is off (CF-COMP-03)',
  'AWS::CloudFront::Distribution DistributionConfig.DefaultRootObject':
    'the function of the default behavior leads to the page already (CF-ROOT-05)',
  'AWS::ApiGateway::GatewayResponse ResponseParameters': FAILURE,
  'AWS::ApiGateway::GatewayResponse ResponseTemplates':
    'the same as the default, or for a kind of error that does not happen here',
  'AWS::ApiGateway::Stage AccessLogSetting.Format': 'seen in the log and the console, not in an answer',
  'AWS::ApiGateway::Stage MethodSettings[].HttpMethod': RATE,
  'AWS::ApiGateway::Stage MethodSettings[].ResourcePath': RATE,
  'AWS::ApiGateway::Stage MethodSettings[].ThrottlingBurstLimit': RATE,
  'AWS::ApiGateway::Stage MethodSettings[].ThrottlingRateLimit': RATE,
  'AWS::ApiGateway::RestApi EndpointConfiguration.Types':
    'an endpoint of another type has the same answers here (AG-HD-08)',
  'AWS::ApiGateway::RestApi Name': 'seen in the console, not in an answer',
  'AWS::ApiGateway::Method Integration.TimeoutInMillis': FAILURE,
  'AWS::Cognito::UserPool AutoVerifiedAttributes':
    'seen by people who sign up, which this pool does not allow',
  'AWS::Cognito::UserPool AdminCreateUserConfig.AllowAdminCreateUserOnly':
    'seen on the sign-up page, which is not asked for here; its own tests hold it',
  'AWS::S3::BucketPolicy PolicyDocument.Statement[].Condition.StringEquals': OTHERS,
  'AWS::S3::BucketPolicy PolicyDocument.Statement[].Condition.Bool': OTHERS,
  'AWS::S3::Bucket PublicAccessBlockConfiguration.BlockPublicPolicy': OTHERS,
  'AWS::S3::Bucket PublicAccessBlockConfiguration.RestrictPublicBuckets': OTHERS,
  'AWS::ElasticLoadBalancingV2::TargetGroup HealthCheckIntervalSeconds': FAILURE,
  'AWS::ElasticLoadBalancingV2::TargetGroup HealthyThresholdCount': FAILURE,
  'AWS::ElasticLoadBalancingV2::TargetGroup UnhealthyThresholdCount': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.Interval': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.Retries': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.StartPeriod': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].HealthCheck.Timeout': FAILURE,
  'AWS::ECS::TaskDefinition ContainerDefinitions[].StopTimeout': FAILURE,
  'Custom::CDKBucketDeployment Exclude': LATER,
  'Custom::CDKBucketDeployment Prune': LATER,
  'Custom::CDKBucketDeployment SourceMarkersConfig[].jsonEscape':
    'no value of the configuration needs escaping; its own tests hold it',
};
