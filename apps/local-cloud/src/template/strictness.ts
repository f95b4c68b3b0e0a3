import type { UnknownProperty } from './reading';

/** Types that exist to say who may do what: nothing of them is passed over. */
const GUARDS = new Set([
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::UsagePlan',
  'AWS::CloudFront::KeyGroup',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::Cognito::UserPoolClient',
  'AWS::S3::BucketPolicy',
]);

/** What a property's name says when more or fewer may do something because of it. */
const GUARDING_NAME =
  /access|acl|allow|auth|block|cert|cors|deny|encrypt|exclu|function|key|lambda|limit|mfa|origin|password|permission|polic|principal|protocol|public|restrict|role|scope|secret|secur|sign|throttl|token|trigger|trust|valid/i;

/**
 * Whether the local cloud may start without a property that it does not know, where it is not to be strict: only when
 * neither the type nor the name suggests that somebody could get further here than on AWS.
 */
export function mayPassOver(type: string, { path }: UnknownProperty): boolean {
  return !GUARDS.has(type) && !GUARDING_NAME.test(String(path.at(-1)));
}
