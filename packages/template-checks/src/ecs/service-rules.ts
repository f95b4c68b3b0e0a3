import { containerPortsOf, launchDataOf, targetGroupsOf, taskNetworkOf } from '../reachability/containers';
import { forwardedTo } from '../reachability/load-balancers';
import { finding, rule, type Findings, type Subject } from '../rule';
import { supportsVpcLink, type TemplateResource, type TemplateDocument } from '@spa-on-aws/cloudformation';

const SERVICE = 'AWS::ECS::Service';
const TASK = 'AWS::ECS::TaskDefinition';
const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

export const servicesRegister = rule(
  'deployable',
  'ecs-services-register-targets',
  'services depend on the listener of their target group and register a port of a container, and the target type matches the network mode',
  function* (subject) {
    const { template } = subject;
    for (const service of template.ofType(SERVICE)) {
      for (const registration of service.properties.get('LoadBalancers').items) {
        for (const named of targetGroupsOf(registration)) {
          const targetGroup = template.referred(named, TARGET_GROUP);
          if (targetGroup) yield* targetGroupFindings(subject, service, targetGroup);
          else
            yield finding(
              named,
              `service ${service.id} uses ${named.text}, which is not a target group of this template`,
              'Use an AWS::ElasticLoadBalancingV2::TargetGroup.',
            );
        }
        const port = registration.get('ContainerPort');
        const container = registration.get('ContainerName').text;
        const known = containerPortsOf(template, service);
        if (known.some((one) => one.container === container && one.port === port.number)) continue;
        yield finding(
          registration,
          `the task has no container '${container}' that listens on ${port.text}`,
          `Use one of ${known.map((one) => `${one.container}:${one.port ?? '?'}`).join(', ') || 'the PortMappings'}.`,
        );
      }
    }
  },
  ['RO-06', 'PI-08'],
);

function* targetGroupFindings(
  subject: Subject,
  service: TemplateResource,
  targetGroup: TemplateResource,
): Findings {
  yield* orderFindings(subject, service, targetGroup);
  const { mode } = taskNetworkOf(subject.template, service);
  const wanted = mode === 'awsvpc' ? 'ip' : 'instance';
  const kind = targetGroup.properties.get('TargetType');
  if ((kind.literal ?? 'instance') === wanted) return;
  yield finding(
    kind,
    `target group ${targetGroup.id} has target type ${kind.literal ?? 'instance'}, but tasks in network mode ${mode} need ${wanted}`,
    `Set TargetType to ${wanted}.`,
  );
}

/** ECS rejects a target group without a load balancer. */
function* orderFindings(
  subject: Subject,
  service: TemplateResource,
  targetGroup: TemplateResource,
): Findings {
  const { template } = subject;
  const users = template
    .ofType(LISTENER, 'AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter(({ properties }) =>
      [properties.get('DefaultActions'), properties.get('Actions')]
        .flatMap(forwardedTo)
        .some((target) => target.key === targetGroup.id),
    );
  const awaited = subject.dependencies.of(service.id);
  if (users.some((user) => awaited.has(user.id))) return;
  yield finding(
    `${service.path}.DependsOn`,
    `service ${service.id} may be created before a listener forwards to ${targetGroup.id}: 'The target group does not have an associated load balancer'`,
    users[0] ? `Add ${users[0].id} to DependsOn.` : 'Add a listener that forwards to it.',
  );
}

/** CPU units of Fargate tasks, each with its range of memory in MiB. */
const FARGATE_SIZES: Readonly<Record<string, readonly [from: number, to: number, step: number]>> = {
  '256': [512, 2048, 512],
  '512': [1024, 4096, 1024],
  '1024': [2048, 8192, 1024],
  '2048': [4096, 16_384, 1024],
  '4096': [8192, 30_720, 1024],
  '8192': [16_384, 61_440, 4096],
  '16384': [32_768, 122_880, 8192],
};

export const tasksFit = rule(
  'deployable',
  'ecs-tasks-valid',
  'tasks on Fargate have a valid size, network mode awsvpc, and a stop timeout of at most 120 s',
  function* ({ template }) {
    for (const task of template.ofType(TASK)) {
      const onFargate = task.properties
        .get('RequiresCompatibilities')
        .items.some((one) => one.text === 'FARGATE');
      if (onFargate) yield* fargateFindings(task);
      for (const container of task.properties.get('ContainerDefinitions').items) {
        const stop = container.get('StopTimeout');
        if (onFargate && (stop.number ?? 0) > 120) {
          yield finding(stop, `StopTimeout is ${stop.text} s`, 'Use at most 120 s on Fargate.');
        }
      }
    }
  },
  ['RO-06', 'GS-05'],
);

function* fargateFindings(task: TemplateResource): Findings {
  const cpu = task.properties.get('Cpu');
  const memory = task.properties.get('Memory');
  const [from, to, step] = FARGATE_SIZES[cpu.text] ?? [];
  const size = memory.number ?? Number.NaN;
  // With 256 CPU units, 1536 MiB is not valid.
  const isValid = size >= (from ?? Infinity) && size <= (to ?? 0) && size % (step ?? 1) === 0;
  if (!isValid || (cpu.text === '256' && size === 1536)) {
    yield finding(
      memory,
      `Fargate does not support tasks with ${cpu.text || 'unknown'} CPU units and ${memory.text || 'unknown'} MiB`,
      'Use 256 units with 512, 1024 or 2048 MiB; 512 with 1024 to 4096; or 1024 with 2048 to 8192.',
    );
  }
  const mode = task.properties.get('NetworkMode');
  if (mode.text !== 'awsvpc') {
    yield finding(mode, `NetworkMode is ${mode.text || 'bridge'}`, 'Set it to awsvpc for Fargate.');
  }
}

export const loadBalancersFit = rule(
  'deployable',
  'load-balancers-valid',
  'load balancers and VPC links are in at least two subnets, VPC links in zones that support them, and the deregistration delay is longer than the timeout of API Gateway',
  function* ({ template }) {
    for (const resource of template.ofType(
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'AWS::ApiGatewayV2::VpcLink',
    )) {
      const named = ['Subnets', 'SubnetIds', 'SubnetMappings'].map((name) => resource.properties.get(name));
      const list = named.find((one) => one.isPresent);
      for (const named of resource.type === 'AWS::ApiGatewayV2::VpcLink' ? (list?.items ?? []) : []) {
        const zone = template.referred(named, 'AWS::EC2::Subnet')?.properties.get('AvailabilityZoneId');
        if (zone?.literal === undefined || supportsVpcLink(zone.literal) !== false) continue;
        yield finding(
          zone,
          `zone ${zone.text} does not support VPC links`,
          'Use another zone of the region.',
        );
      }
      const different = new Set(list?.items.map((subnet) => JSON.stringify(subnet.raw)));
      if (different.size >= 2) continue;
      yield finding(
        list?.path ?? resource.path,
        `${resource.id} is in ${different.size} subnets`,
        'Use subnets in two availability zones.',
      );
    }
    for (const targetGroup of template.ofType(TARGET_GROUP)) {
      const delay = targetGroup.properties
        .get('TargetGroupAttributes')
        .items.find((one) => one.get('Key').text === 'deregistration_delay.timeout_seconds');
      const seconds = delay ? (delay.get('Value').number ?? 0) : 300;
      const longest = Math.max(
        ...template
          .ofType('AWS::ApiGateway::Method')
          .map(({ properties }) => properties.get('Integration', 'TimeoutInMillis').number ?? 29_000),
      );
      if (seconds * 1000 >= longest) continue;
      yield finding(
        delay?.get('Value').path ?? targetGroup.path,
        `the deregistration delay is ${seconds} s, but API Gateway waits ${longest / 1000} s for a response`,
        'Set deregistration_delay.timeout_seconds to 30.',
      );
    }
  },
  ['PI-08', 'GS-05'],
);

/** Minimum of `MaxInstanceLifetime`, in seconds. */
const ONE_DAY = 86_400;

export const hostsAreReplaceable = rule(
  'lifecycle',
  'instances-replaceable',
  'new instances start with the current image and replace old ones, instances have no key pair and require IMDSv2, tasks have health checks, and failed deployments roll back',
  function* ({ template }) {
    const launched = [
      ...template
        .ofType('AWS::EC2::LaunchTemplate')
        .map((launchTemplate) => launchTemplate.properties.get('LaunchTemplateData')),
      ...template.ofType('AWS::EC2::Instance').map((instance) => instance.properties),
    ];
    for (const data of launched) {
      const image = data.get('ImageId');
      if (image.text.startsWith('ami-')) {
        yield finding(
          image,
          `image ${image.text} exists in one region only, and is not updated`,
          'Use resolve:ssm:{parameter of the ECS-optimized image}.',
        );
      }
      const key = data.get('KeyName');
      if (key.isPresent) {
        yield finding(
          key,
          `instances have key pair ${key.text}`,
          'Remove it, and use Session Manager for a shell.',
        );
      }
      const tokens = data.get('MetadataOptions', 'HttpTokens');
      if (tokens.text !== 'required') {
        yield finding(
          tokens,
          `IMDSv1 is on (HttpTokens ${tokens.text || 'is missing'})`,
          'Set HttpTokens to required.',
        );
      }
    }
    for (const group of template.ofType('AWS::AutoScaling::AutoScalingGroup')) {
      const lifetime = group.properties.get('MaxInstanceLifetime');
      if ((lifetime.number ?? 0) < ONE_DAY) {
        yield finding(
          lifetime,
          `instances of ${group.id} get security updates only when you deploy (MaxInstanceLifetime ${lifetime.text || 'is missing'})`,
          `Set MaxInstanceLifetime to at least ${ONE_DAY} seconds.`,
        );
      }
      const image = launchDataOf(template, group).get('ImageId');
      if (image.text.startsWith('ami-') || image.text.startsWith('resolve:ssm:')) continue;
      yield finding(
        image,
        `instances of ${group.id} start with the image of the last deployment, because CloudFormation reads its id`,
        'Set ImageId to resolve:ssm:{name of the parameter}, which is read when an instance starts.',
      );
    }
    yield* healthFindings(template);
  },
  ['EC-01', 'EC-02'],
);

function* healthFindings(template: TemplateDocument): Findings {
  for (const service of template.ofType(SERVICE)) {
    const breaker = service.properties.get('DeploymentConfiguration', 'DeploymentCircuitBreaker');
    if (breaker.get('Enable').boolean !== true || breaker.get('Rollback').boolean !== true) {
      yield finding(
        breaker,
        `service ${service.id} does not roll back a failed deployment`,
        'Enable the deployment circuit breaker with rollback.',
      );
    }
    const minimum = service.properties.get('DeploymentConfiguration', 'MinimumHealthyPercent');
    if ((minimum.number ?? 100) < 100) {
      yield finding(
        minimum,
        `a deployment can stop tasks of service ${service.id} before new tasks are healthy`,
        'Set MinimumHealthyPercent to 100.',
      );
    }
  }
  for (const task of template.ofType(TASK)) {
    for (const container of task.properties.get('ContainerDefinitions').items) {
      if (container.get('Essential').boolean === false || container.get('HealthCheck').isPresent) continue;
      yield finding(
        container.get('HealthCheck'),
        `container '${container.get('Name').text}' has no health check`,
        'Add a HealthCheck that calls the process.',
      );
    }
  }
  for (const targetGroup of template.ofType(TARGET_GROUP)) {
    const path = targetGroup.properties.get('HealthCheckPath');
    if (path.text.startsWith('/') && path.text !== '/') continue;
    yield finding(
      path,
      `target group ${targetGroup.id} has no health check path (${path.text || 'missing'})`,
      'Set HealthCheckPath to a path that the API answers without calling other services.',
    );
  }
}

export const hostsUpdate = rule(
  'deployable',
  'instances-can-be-updated',
  'rolling updates can start another instance, and user data is within its limit',
  function* ({ template }) {
    for (const group of template.ofType('AWS::AutoScaling::AutoScalingGroup')) {
      const rolling = group.entry.get('UpdatePolicy', 'AutoScalingRollingUpdate');
      const inService = rolling.get('MinInstancesInService');
      const max = group.properties.get('MaxSize').number ?? 0;
      if (!rolling.isPresent || (inService.number ?? 0) < max) continue;
      yield finding(
        inService,
        `MinInstancesInService ${inService.text} must be less than MaxSize ${max}`,
        'Raise MaxSize.',
      );
    }
    for (const launchTemplate of template.ofType('AWS::EC2::LaunchTemplate')) {
      const data = launchTemplate.properties.get('LaunchTemplateData', 'UserData');
      const script = data.get('Fn::Base64');
      const bytes = script.isPresent ? script.text.length : (data.text.length * 3) / 4;
      if (bytes <= 16_384) continue;
      yield finding(data, `user data has ${bytes} bytes`, 'Use at most 16 KB.');
    }
  },
  ['RO-01', 'EC-03'],
);
