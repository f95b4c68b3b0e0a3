import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

/** Properties of {@link AccessLogBucket}. */
export interface AccessLogBucketProps {
  /**
   * For how long a log file is kept.
   *
   * @default 90 days
   */
  readonly retention?: Duration;
  /**
   * What becomes of the bucket when the stack goes. `DESTROY` empties it first.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The bucket a distribution's standard logs go to, each for a while.
 *
 * These are the older ones of CloudFront's standard logs: the newer ones are delivered by resources that exist in
 * us-east-1 only, and the stack may be anywhere.
 */
export class AccessLogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: AccessLogBucketProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // CloudFront is let in by an access control list, which it writes itself; what it writes is the owner's.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: props.retention ?? Duration.days(90) }],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    acknowledge(this.bucket, 'A log of who wrote the log would have to be logged too.', 'S1');
  }
}
