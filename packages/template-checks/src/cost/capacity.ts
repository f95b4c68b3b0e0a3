import { launchDataOf, instancesOf } from '../reachability/containers';
import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import { ASSUMED, HOURS, type Load } from './load';
import { combined, type Estimate } from './estimators';
import { type Instance, INSTANCES, PRICES } from './prices';

const FARGATE = 'FARGATE';

/** ECS tasks on Fargate or on container instances, as many as scaling starts under the load. */
export function estimateCapacity(template: TemplateDocument, load: Load): Estimate {
  return combined(
    template.ofType('AWS::ECS::Service').map((service) => estimateService(template, service, load)),
  );
}

function estimateService(template: TemplateDocument, service: TemplateResource, load: Load): Estimate {
  const task = template.referred(service.properties.get('TaskDefinition'), 'AWS::ECS::TaskDefinition');
  if (!task) {
    return {
      usages: [],
      remarks: [`the task of service ${service.id} is in another template: no price known`],
    };
  }
  const { tasks, remarks } = tasksFor(template, service, load);
  const onFargate = task.properties.get('RequiresCompatibilities').items.some((one) => one.text === FARGATE);
  const part = onFargate ? fargate(service, task, tasks) : onInstances(template, task, tasks, load);
  return combined([{ usages: [], remarks }, part]);
}

/** Returns how many tasks scaling starts under a load, within its limits. */
function tasksFor(
  template: TemplateDocument,
  service: TemplateResource,
  { requestsPerSecond }: Load,
): { readonly tasks: number; readonly remarks: readonly string[] } {
  const target = template
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .find(({ properties }) => properties.get('ResourceId').mentions.has(service.id));
  const fixed = service.properties.get('DesiredCount').number ?? 1;
  const least = target?.properties.get('MinCapacity').number ?? fixed;
  const most = target?.properties.get('MaxCapacity').number ?? fixed;
  const perMinute = template
    .ofType('AWS::ApplicationAutoScaling::ScalingPolicy')
    .map(({ properties }) => properties.get('TargetTrackingScalingPolicyConfiguration'))
    .find(
      (policy) =>
        policy.get('PredefinedMetricSpecification', 'PredefinedMetricType').text ===
        'ALBRequestCountPerTarget',
    )
    ?.get('TargetValue').number;
  const perTask = perMinute === undefined ? ASSUMED.requestsPerSecondPerTask : perMinute / 60;
  const wanted = Math.max(least, Math.ceil(requestsPerSecond / perTask));
  const tasks = Math.min(wanted, most);
  return {
    tasks,
    remarks:
      wanted > most
        ? [
            `${requestsPerSecond.toLocaleString('en-US')} requests per second need ${wanted} tasks of ${perTask} requests per second, but the template allows ${most}: the numbers are for ${most}`,
          ]
        : [],
  };
}

function fargate(service: TemplateResource, task: TemplateResource, tasks: number): Estimate {
  const isArm = task.properties.get('RuntimePlatform', 'CpuArchitecture').text === 'ARM64';
  const vcpus = (task.properties.get('Cpu').number ?? 0) / 1024;
  const memoryGb = (task.properties.get('Memory').number ?? 0) / 1024;
  const hours = tasks * HOURS;
  const network = service.properties.get('NetworkConfiguration', 'AwsvpcConfiguration');
  const item = 'Containers: Fargate';
  return {
    usages: [
      { item, price: isArm ? PRICES.fargateCpuArm : PRICES.fargateCpuX86, units: vcpus * hours },
      { item, price: isArm ? PRICES.fargateMemoryArm : PRICES.fargateMemoryX86, units: memoryGb * hours },
      ...(network.get('AssignPublicIp').text === 'ENABLED'
        ? [{ item: 'Public IPv4 addresses', price: PRICES.publicAddress, units: hours }]
        : []),
    ],
  };
}

/** As many container instances as the tasks need. */
function onInstances(
  template: TemplateDocument,
  task: TemplateResource,
  tasks: number,
  load: Load,
): Estimate {
  const [group] = instancesOf(template);
  if (!group) return { usages: [], remarks: ['the template has no container instances: no price known'] };
  const data = launchDataOf(template, group);
  const type = data.get('InstanceType').text;
  const instance = INSTANCES.get(type);
  if (!instance) {
    return { usages: [], remarks: [`instance type ${type || 'without a name'}: no price known`] };
  }

  const room = Math.max(1, tasksPerInstance(task, instance));
  const least = group.properties.get('MinSize').number ?? 1;
  const most = group.properties.get('MaxSize').number ?? 1;
  const wanted = Math.max(least, Math.ceil(tasks / room));
  const count = Math.min(wanted, most);
  const hours = count * HOURS;
  const surplus = Math.max(
    0,
    load.requestsPerSecond * ASSUMED.cpuSecondsPerRequest - count * instance.baselineVcpus,
  );
  const item = `Containers: ${type} on demand`;
  return {
    usages: [
      { item, price: instance.price, units: hours },
      ...(surplus > 0 ? [{ item, price: PRICES.surplusCpuCredit, units: surplus * HOURS }] : []),
      { item: 'EBS volumes', price: PRICES.blockStorage, units: count * volumeGb(data) },
      ...(hasPublicAddress(template, group, data)
        ? [{ item: 'Public IPv4 addresses', price: PRICES.publicAddress, units: hours }]
        : []),
    ],
    remarks:
      wanted > most ? [`${tasks} tasks need ${wanted} instances, and the template allows ${most}`] : [],
  };
}

/** Returns the number of tasks that an instance has memory and CPU for. */
export function tasksPerInstance(task: TemplateResource, { memoryMiB, vcpus }: Instance): number {
  const containers = task.properties.get('ContainerDefinitions').items;
  const taskMemory = sum(
    containers.map((one) => one.get('Memory').number ?? one.get('MemoryReservation').number ?? 0),
  );
  const cpuUnits = sum(containers.map((one) => one.get('Cpu').number ?? 0));
  return Math.min(
    Math.floor((memoryMiB - ASSUMED.hostMemoryMiB) / Math.max(taskMemory, 1)),
    Math.floor((vcpus * 1024) / Math.max(cpuUnits, 1)),
  );
}

/** Size of the root volume of the ECS-optimized image. */
const IMAGE_VOLUME_GB = 30;

function volumeGb(data: Value): number {
  const sizes = data.get('BlockDeviceMappings').items.map((one) => one.get('Ebs', 'VolumeSize').number);
  return sizes.length > 0 ? sum(sizes.map((size) => size ?? IMAGE_VOLUME_GB)) : IMAGE_VOLUME_GB;
}

/** True when instances get a public address by their network interface or their subnets. */
function hasPublicAddress(template: TemplateDocument, instances: TemplateResource, data: Value): boolean {
  const asked = data
    .get('NetworkInterfaces')
    .items.map((one) => one.get('AssociatePublicIpAddress').boolean)
    .find((assigned) => assigned !== undefined);
  if (asked !== undefined) return asked;
  const subnets = [
    ...instances.properties.get('VPCZoneIdentifier').items,
    ...instances.properties.get('SubnetId').items,
  ];
  return subnets.some(
    (subnet) =>
      template.referred(subnet, 'AWS::EC2::Subnet')?.properties.get('MapPublicIpOnLaunch').boolean === true,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
