import type { Bucket } from './bucket';
import { isAllowed } from './bucket-policy';

/** Who signs a request to S3: a distribution by its origin access control, or by its origin access identity. */
export type Signer =
  | { readonly service: string; readonly sourceArn: string; readonly accountId: string }
  | { readonly canonicalUserId: string; readonly arn: string };

/** What a bucket's policy decides about. */
export type S3Action = 's3:GetObject' | 's3:ListBucket' | 's3:PutObject' | 's3:DeleteObject';

/**
 * Whether the bucket's policy lets somebody do something.
 *
 * @param signer `undefined`: anonymous, which a bucket that blocks public access refuses
 * @param resource ARN of the bucket or of an object in it
 */
export function mayAccess(
  bucket: Bucket,
  signer: Signer | undefined,
  action: S3Action,
  resource: string,
): boolean {
  if (!signer && !bucket.allowsPublicPolicy) return false;
  const context: Record<string, string> = { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' };
  if (signer && 'service' in signer) {
    context['aws:sourcearn'] = signer.sourceArn;
    context['aws:sourceaccount'] = signer.accountId;
  }
  return isAllowed(bucket.policy, { ...signer, action, resource, context });
}
