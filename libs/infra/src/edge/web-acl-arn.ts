import { CLOUDFRONT_REGION } from './region';

const PATTERN = /^arn:aws[a-z-]*:wafv2:([a-z0-9-]+):\d{12}:(global|regional)\/webacl\/[\w-]+\/[\w-]+$/;

/** Says what is wrong with the ARN of a web ACL for CloudFront, or nothing. */
export function webAclArnProblem(arn: string): string | undefined {
  const [, region, scope] = PATTERN.exec(arn) ?? [];
  if (region === CLOUDFRONT_REGION && scope === 'global') return undefined;
  return `'${arn}' is no web ACL for CloudFront: these look like arn:aws:wafv2:${CLOUDFRONT_REGION}:111122223333:global/webacl/{name}/{id}`;
}
