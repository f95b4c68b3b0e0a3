import { createHash } from 'node:crypto';

/** The user as which an origin access identity reads a bucket, as bucket policies name it: always the same for an id. */
export function accessIdentityUserId(id: string): string {
  return createHash('sha512').update(id).digest('hex').slice(0, 96);
}

/** The other name of the same user. */
export function accessIdentityArn(id: string): string {
  return `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`;
}
