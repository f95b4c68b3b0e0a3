import type { Ec2Service, FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** The least tasks there are, unless asked for others. */
export const MIN_TASKS = 1;

/** The most tasks there are, unless asked for others. */
export const MAX_TASKS = 4;

/** Properties of {@link TaskScaling}. */
export interface TaskScalingProps {
  readonly service: Ec2Service | FargateService;
  /** Where the service's requests come in. */
  readonly targetGroup: ApplicationTargetGroup;
  /** The least tasks there are. */
  readonly minTasks: number;
  /** The most tasks there are, but for the moments of a deployment. */
  readonly maxTasks: number;
}

const COOLDOWNS = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.minutes(5) };

/** As many tasks as the requests need: more above the target of either figure, fewer below both. */
export class TaskScaling extends Construct {
  constructor(scope: Construct, id: string, props: TaskScalingProps) {
    super(scope, id);
    const { minTasks, maxTasks } = props;
    if (!(minTasks >= 1 && minTasks <= maxTasks)) {
      throw new Error(
        `${this.node.path}: from ${minTasks} to ${maxTasks} tasks cannot be: give minTasks from 1 and maxTasks from minTasks.`,
      );
    }
    const tasks = props.service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
    tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60, ...COOLDOWNS });
    tasks.scaleOnRequestCount('Requests', {
      // In a minute: 200 a second, half of what a quarter of a processor answers.
      requestsPerTarget: 12_000,
      targetGroup: props.targetGroup,
      ...COOLDOWNS,
    });
  }
}
