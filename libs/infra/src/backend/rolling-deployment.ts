import { PropagatedTagSource, type BaseServiceOptions } from 'aws-cdk-lib/aws-ecs';
import { Duration } from 'aws-cdk-lib/core';

/**
 * How a new image replaces the old one, whatever it runs on: the new task is up and healthy before the old one goes,
 * and tasks that never become healthy are taken back.
 *
 * No number of tasks is named: each deployment would set it again, over what scaling has found right.
 */
export const ROLLING_DEPLOYMENT = {
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  circuitBreaker: { enable: true, rollback: true },
  healthCheckGracePeriod: Duration.seconds(60),
  enableECSManagedTags: true,
  propagateTags: PropagatedTagSource.SERVICE,
} as const satisfies Partial<BaseServiceOptions>;
