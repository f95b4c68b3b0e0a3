import { Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** The one region whose certificates and firewalls CloudFront takes, and where its figures are. */
export const CLOUDFRONT_REGION = 'us-east-1';

const PATTERN = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Says what is wrong with the name of a region, or nothing. */
export function regionProblem(region: string): string | undefined {
  if (PATTERN.test(region)) return undefined;
  return `'${region}' is no region: use a name such as eu-central-1`;
}

/** Whether the construct's stack is known to go to {@link CLOUDFRONT_REGION}; of most stacks no region is known. */
export function isInCloudFrontRegion(construct: IConstruct): boolean {
  const { region } = Stack.of(construct);
  return !Token.isUnresolved(region) && region === CLOUDFRONT_REGION;
}
