import * as s3 from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { RetentionProps } from '../retention';

/** Properties of {@link AccessLogBucket}. */
export interface AccessLogBucketProps extends RetentionProps {
  /**
   * Retention of log files.
   *
   * @default 90 days
   */
  readonly retention?: Duration;
}

/**
 * Bucket for the standard logs of a distribution.
 *
 * It is for the legacy version of standard logs. The newer version needs resources in us-east-1, and the stack can be in
 * any region.
 */
export class AccessLogBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: AccessLogBucketProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // CloudFront adds an access control list to the bucket and writes with it. The bucket's owner owns the objects.
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: props.retention ?? Duration.days(90) }],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    acknowledge(this.bucket, 'Access logs of the access log bucket are not needed.', 'S1');
  }
}
