import { tasksPerInstance } from '../cost/capacity';
import { INSTANCES } from '../cost/prices';
import { instancesOf, launchDataOf } from '../reachability/containers';
import { finding, rule } from '../rule';

export const instancesHoldTasks = rule(
  'deployable',
  'ecs-instances-hold-tasks',
  'container instances have room for the maximum number of tasks and one more during a deployment, and two or more tasks have two instances',
  function* ({ template }) {
    const targets = template.ofType('AWS::ApplicationAutoScaling::ScalableTarget');
    const groups = instancesOf(template).filter(({ type }) => type === 'AWS::AutoScaling::AutoScalingGroup');
    for (const service of template.ofType('AWS::ECS::Service')) {
      const task = template.referred(service.properties.get('TaskDefinition'), 'AWS::ECS::TaskDefinition');
      const [group] = groups;
      const instance = group && INSTANCES.get(launchDataOf(template, group).get('InstanceType').text);
      // Without an Auto Scaling group, the capacity is not in this template. It is not known for other instance types.
      if (!task || !instance || groups.length > 1) continue;
      if (task.properties.get('RequiresCompatibilities').items.some((one) => one.text === 'FARGATE'))
        continue;

      const scaling = targets.find(({ properties }) =>
        properties.get('ResourceId').mentions.has(service.id),
      )?.properties;
      const desired = service.properties.get('DesiredCount').number ?? 1;
      const [fewest, most] = ['MinCapacity', 'MaxCapacity'].map(
        (name) => scaling?.get(name).number ?? desired,
      );
      const [minSize, maxSize] = [group.properties.get('MinSize'), group.properties.get('MaxSize')];
      const room = tasksPerInstance(task, instance);
      const held = room * (maxSize.number ?? 0);
      if (held <= (most ?? 0)) {
        yield finding(
          maxSize,
          `${maxSize.text} instances have room for ${held} tasks, but service ${service.id} can have ${most}, and one more during a deployment`,
          `Raise MaxSize to ${Math.ceil(((most ?? 0) + 1) / room)}, or use fewer tasks.`,
        );
      }
      if ((fewest ?? 0) >= 2 && (minSize.number ?? 0) < 2) {
        yield finding(
          minSize,
          `${fewest} tasks of service ${service.id} can all be on one instance, in one availability zone`,
          'Raise MinSize to 2.',
        );
      }
    }
    if (groups.length === 0) yield { notApplicable: 'there is no Auto Scaling group' };
  },
  ['RO-01', 'RO-06'],
);
