import type { UnknownProperty } from '@spa-on-aws/cloudformation';

/** Types that control access: none of their properties is ignored. */
const GUARDS = new Set([
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::KeyGroup',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::S3::BucketPolicy',
]);

/** Property names that suggest an effect on access or limits. */
const GUARDING_NAME =
  /access|acl|allow|auth|block|cert|client|cors|deny|encrypt|exclu|firewall|function|key|lambda|limit|mfa|origin|password|permission|polic|principal|protocol|public|restrict|role|scope|secret|secur|sign|throttl|tls|token|trigger|trust|valid/i;

/**
 * Tells whether the local cloud may ignore an unknown property when it is not strict: only if neither the type nor the name
 * suggests that the property restricts access.
 */
export function mayPassOver(type: string, { path }: UnknownProperty): boolean {
  return !GUARDS.has(type) && !GUARDING_NAME.test(String(path.at(-1)));
}
