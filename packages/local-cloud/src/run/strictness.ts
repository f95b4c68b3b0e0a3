import type { UnknownProperty } from '@spa-on-aws/cloudformation';

/** Types that say who gets through, or what to: nothing of them is passed over. */
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

/** What a property's name says when more or fewer may do something because of it. */
const GUARDING_NAME =
  /access|acl|allow|auth|block|cert|client|cors|deny|encrypt|exclu|firewall|function|key|lambda|limit|mfa|origin|password|permission|polic|principal|protocol|public|restrict|role|scope|secret|secur|sign|throttl|tls|token|trigger|trust|valid/i;

/**
 * Whether the local cloud may start without a property that it does not know, where it is not to be strict: only when
 * neither the type nor the name suggests that somebody could get further here than on AWS.
 */
export function mayPassOver(type: string, { path }: UnknownProperty): boolean {
  return !GUARDS.has(type) && !GUARDING_NAME.test(String(path.at(-1)));
}
