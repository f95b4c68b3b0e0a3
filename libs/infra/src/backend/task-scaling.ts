import type { Ec2Service, FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Default of the minimum number of tasks. */
export const MIN_TASKS = 1;

/** Default of the maximum number of tasks. */
export const MAX_TASKS = 4;

/** Properties of {@link TaskScaling}. */
export interface TaskScalingProps {
  readonly service: Ec2Service | FargateService;
  /** Target group of the service. */
  readonly targetGroup: ApplicationTargetGroup;
  /** Minimum number of tasks, at least 1. */
  readonly minTasks: number;
  /** Maximum number of tasks. A deployment exceeds it for a short time. */
  readonly maxTasks: number;
}

const COOLDOWNS = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.minutes(5) };

/** Scales the number of tasks with CPU utilization and requests: out above either target, in below both. */
export class TaskScaling extends Construct {
  constructor(scope: Construct, id: string, props: TaskScalingProps) {
    super(scope, id);
    const { minTasks, maxTasks } = props;
    if (!(minTasks >= 1 && minTasks <= maxTasks)) {
      throw new Error(
        `${this.node.path}: minTasks ${minTasks} and maxTasks ${maxTasks} are not a valid range: minTasks must be at least 1, and maxTasks at least minTasks.`,
      );
    }
    const tasks = props.service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
    tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60, ...COOLDOWNS });
    tasks.scaleOnRequestCount('Requests', {
      // Per minute, which is 200 per second: half of the throughput of a task with 0.25 vCPU.
      requestsPerTarget: 12_000,
      targetGroup: props.targetGroup,
      ...COOLDOWNS,
    });
  }
}
