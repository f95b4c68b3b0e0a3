import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

/** Properties of {@link AccessLogBucket}. */
export interface AccessLogBucketProps {
  /**
   * Retention of log files.
   *
   * @default 90 days
   */
  readonly retention?: Duration;
  /**
   * Removal policy of the bucket. `DESTROY` also deletes its objects.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Bucket for the standard logs of a distribution.
 *
 * It is for the legacy version of standard logs. The newer version needs resources in us-east-1, and the stack can be in
 * any region.
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
      // CloudFront adds an access control list to the bucket and writes with it. The bucket's owner owns the objects.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: props.retention ?? Duration.days(90) }],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    acknowledge(this.bucket, 'Access logs of the access log bucket are not needed.', 'S1');
  }
}
