import type { RemovalPolicy } from 'aws-cdk-lib/core';

/** Properties of constructs that contain data or logs. */
export interface RetentionProps {
  /**
   * Removal policy of buckets, tables, user pools and log groups. `RETAIN` also turns on deletion protection of tables and
   * user pools. `DESTROY` also deletes the objects in buckets.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
