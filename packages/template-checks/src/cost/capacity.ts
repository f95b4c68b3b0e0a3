import { hostDataOf, hostsOf } from '../reachability/containers';
import type { Resource, Template, Value } from '@spa-on-aws/cloudformation';
import { ASSUMED, HOURS, type Load } from './load';
import { combined, NOTHING, type Estimate } from './estimate';
import { INSTANCES, PRICES } from './prices';

const FARGATE = 'FARGATE';

/** What the API's containers run on: tasks as scaling wants them, on Fargate or on hosts of the stage's own. */
export function estimateCapacity(template: Template, load: Load): Estimate {
  return combined(
    template.ofType('AWS::ECS::Service').map((service) => estimateService(template, service, load)),
  );
}

function estimateService(template: Template, service: Resource, load: Load): Estimate {
  const task = template.referred(service.properties.get('TaskDefinition'), 'AWS::ECS::TaskDefinition');
  if (!task) {
    return { ...NOTHING, remarks: [`service ${service.id} has its task in another template: not priced`] };
  }
  const { tasks, remarks } = tasksFor(template, service, load);
  const onFargate = task.properties.get('RequiresCompatibilities').items.some((one) => one.text === FARGATE);
  const part = onFargate ? fargate(service, task, tasks) : hosts(template, task, tasks, load);
  return combined([{ usages: [], remarks }, part]);
}

/** How many tasks scaling makes of a load, within its limits. */
function tasksFor(
  template: Template,
  service: Resource,
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
            `${requestsPerSecond.toLocaleString('en-US')} requests a second want ${wanted} tasks of ${perTask} requests a second, and the template allows ${most}: ${most} are counted`,
          ]
        : [],
  };
}

function fargate(service: Resource, task: Resource, tasks: number): Estimate {
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
    remarks: [],
  };
}

/** Hosts are as many as the tasks need room for. */
function hosts(template: Template, task: Resource, tasks: number, load: Load): Estimate {
  const [group] = hostsOf(template);
  if (!group) return { ...NOTHING, remarks: ['there are no hosts in this template: not priced'] };
  const data = hostDataOf(template, group);
  const type = data.get('InstanceType').text;
  const instance = INSTANCES.get(type);
  if (!instance) {
    return { ...NOTHING, remarks: [`instance type ${type || 'of no name'} has no price here: not priced`] };
  }

  const containers = task.properties.get('ContainerDefinitions').items;
  const memoryMiB = sum(
    containers.map((one) => one.get('Memory').number ?? one.get('MemoryReservation').number ?? 0),
  );
  const cpuUnits = sum(containers.map((one) => one.get('Cpu').number ?? 0));
  const room = Math.max(
    1,
    Math.min(
      Math.floor((instance.memoryMiB - ASSUMED.hostMemoryMiB) / Math.max(memoryMiB, 1)),
      Math.floor((instance.vcpus * 1024) / Math.max(cpuUnits, 1)),
    ),
  );
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
      { item: 'Hosts’ volumes', price: PRICES.blockStorage, units: count * volumeGb(data) },
      ...(hasPublicAddress(template, group, data)
        ? [{ item: 'Public IPv4 addresses', price: PRICES.publicAddress, units: hours }]
        : []),
    ],
    remarks: wanted > most ? [`${tasks} tasks need ${wanted} hosts, and the template allows ${most}`] : [],
  };
}

/** Size of the root volume of the ECS-optimized image, for templates that keep it. */
const IMAGE_VOLUME_GB = 30;

function volumeGb(data: Value): number {
  const sizes = data.get('BlockDeviceMappings').items.map((one) => one.get('Ebs', 'VolumeSize').number);
  return sizes.length > 0 ? sum(sizes.map((size) => size ?? IMAGE_VOLUME_GB)) : IMAGE_VOLUME_GB;
}

/** Whether hosts get a public address: by their interface, or else by their subnets. */
function hasPublicAddress(template: Template, hosts: Resource, data: Value): boolean {
  const asked = data
    .get('NetworkInterfaces')
    .items.map((one) => one.get('AssociatePublicIpAddress').boolean)
    .find((answer) => answer !== undefined);
  if (asked !== undefined) return asked;
  const subnets = [
    ...hosts.properties.get('VPCZoneIdentifier').items,
    ...hosts.properties.get('SubnetId').items,
  ];
  return subnets.some(
    (subnet) =>
      template.referred(subnet, 'AWS::EC2::Subnet')?.properties.get('MapPublicIpOnLaunch').boolean === true,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
