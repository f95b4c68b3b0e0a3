import type { Template, Value } from '@spa-on-aws/cloudformation';
import type { Estimator } from './estimate';
import { ASSUMED, type Load } from './load';
import { PRICES } from './prices';

const GB = 1e9;
const DAYS = 30;

/** REST APIs: requests, traces, and the logs they and the containers write. */
export const estimateGateway: Estimator = (template, load) => {
  const stages = template.ofType('AWS::ApiGateway::Stage').map(({ properties }) => properties);
  const accessLogs = stages.map((stage) => accessLogOf(stage));
  const containers = template
    .ofType('AWS::ECS::TaskDefinition')
    .flatMap(({ properties }) => properties.get('ContainerDefinitions').items)
    .filter((container) => container.get('LogConfiguration', 'LogDriver').text === 'awslogs')
    .map((container) => ({
      bytes: ASSUMED.bytesPerLogLine,
      group: container.get('LogConfiguration', 'Options', 'awslogs-group'),
    }));
  return {
    usages: [
      ...stages.map(() => ({ item: 'REST API', price: PRICES.restRequests, units: load.requests })),
      ...stages
        .filter((stage) => stage.get('TracingEnabled').boolean === true)
        .map(() => ({ item: 'Traces', price: PRICES.traces, units: tracesOf(load) })),
      ...[...accessLogs.flatMap((log) => log ?? []), ...containers].flatMap(({ bytes, group }) => {
        const gb = (load.requests * bytes) / GB;
        const kept = gb * ASSUMED.logCompression * (retentionDays(template, group) / DAYS);
        return [
          { item: 'Logs of requests', price: PRICES.logIngestion, units: gb },
          { item: 'Logs of requests', price: PRICES.logStorage, units: kept },
        ];
      }),
    ],
    remarks: throttled(stages, load),
  };
};

/** X-Ray's own sampling: one request a second, and one in twenty of the rest. */
function tracesOf({ requests, requestsPerSecond }: Load): number {
  const [reservoir, rate] = [1, 0.05];
  const sampled = Math.min(requestsPerSecond, reservoir) + Math.max(0, requestsPerSecond - reservoir) * rate;
  return requestsPerSecond > 0 ? requests * (sampled / requestsPerSecond) : 0;
}

/** The size of a line of the access log, read off its format, and where it goes. */
function accessLogOf(stage: Value): { readonly bytes: number; readonly group: Value } | undefined {
  const setting = stage.get('AccessLogSetting');
  if (!setting.isPresent) return undefined;
  const format = setting.get('Format').text;
  const variables = format.match(/\$context\.[\w.]+/g) ?? [];
  const literal = variables.reduce((length, variable) => length - variable.length, format.length);
  return {
    bytes: literal + variables.length * ASSUMED.bytesPerLoggedValue,
    group: setting.get('DestinationArn'),
  };
}

/** How long a group keeps what is written to it; for ever is taken as ten years. */
function retentionDays(template: Template, group: Value): number {
  const [id] = [...group.mentions].filter((one) => template.resource(one)?.type === 'AWS::Logs::LogGroup');
  return template.resource(id)?.properties.get('RetentionInDays').number ?? 3650;
}

function throttled(stages: readonly Value[], { requestsPerSecond }: Load): readonly string[] {
  const limits = stages
    .flatMap((stage) => stage.get('MethodSettings').items)
    .flatMap((setting) => setting.get('ThrottlingRateLimit').number ?? []);
  const least = Math.min(...limits);
  return requestsPerSecond > least
    ? [`the stage lets ${least} requests a second through; ${requestsPerSecond} are counted`]
    : [];
}
