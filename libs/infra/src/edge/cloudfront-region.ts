import { Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** The region where CloudFront's certificates, web ACLs and metrics are. */
export const CLOUDFRONT_REGION = 'us-east-1';

/** Returns true if the construct's stack has an explicit region and it is {@link CLOUDFRONT_REGION}. */
export function isInCloudFrontRegion(construct: IConstruct): boolean {
  const { region } = Stack.of(construct);
  return !Token.isUnresolved(region) && region === CLOUDFRONT_REGION;
}
