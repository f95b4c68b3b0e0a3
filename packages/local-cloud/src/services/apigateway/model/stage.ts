import { z } from 'zod';
import {
  cfnBoolean,
  cfnString,
  invalidProperty,
  type Resource,
  type Stack,
  unsupportedProperty,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import {
  METHOD_OPTIONS,
  METHOD_SETTING_PROPERTIES,
  type MethodSetting,
  readMethodSetting,
} from './method-setting';

export interface Stage {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly methodSettings: readonly MethodSetting[];
  /** Contains `$context` variables; `undefined`: no access log. */
  readonly accessLogFormat: string | undefined;
}

const StageOptions = {
  AccessLogSetting: z
    .strictObject({ Format: z.string().optional(), ...withoutEffect('DestinationArn') })
    .optional(),
  CacheClusterEnabled: cfnBoolean.default(false),
  MethodSettings: z.array(METHOD_SETTING_PROPERTIES).default([]),
  Variables: z.record(z.string(), cfnString).default({}),
  ...withoutEffect(
    'CacheClusterSize',
    'ClientCertificateId',
    'Description',
    'DocumentationVersion',
    'Tags',
    'TracingEnabled',
  ),
};

const StageProperties = z.strictObject({
  RestApiId: z.string(),
  DeploymentId: z.string(),
  StageName: z.string(),
  ...StageOptions,
});

const DeploymentProperties = z.strictObject({
  RestApiId: z.string(),
  StageName: z.string().optional(),
  StageDescription: z.strictObject({ ...StageOptions, ...METHOD_OPTIONS }).optional(),
  ...withoutEffect('Description'),
});

/** Reads stages by API id, also those that a deployment creates (row AG-PX-11). @throws InvalidPropertyError */
export function readStages(stack: Pick<Stack, 'ofType'>): ReadonlyMap<string, readonly Stage[]> {
  const stages = new Map<string, Stage[]>();
  const add = (apiId: string, stage: Stage): void => {
    stages.set(apiId, [...(stages.get(apiId) ?? []), stage]);
  };
  const deployments = new Map<string, string>();
  for (const resource of stack.ofType('AWS::ApiGateway::Deployment')) {
    const { RestApiId, StageName, StageDescription } = resource.read(DeploymentProperties);
    deployments.set(resource.ref, RestApiId);
    if (StageName === undefined) continue;
    const { ThrottlingBurstLimit, ThrottlingRateLimit, ...options } = StageDescription ?? {
      MethodSettings: [],
      Variables: {},
      CacheClusterEnabled: false,
    };
    if (options.CacheClusterEnabled) refuseCache(resource, 'StageDescription.CacheClusterEnabled');
    const general = { ResourcePath: '/*', HttpMethod: '*', ThrottlingBurstLimit, ThrottlingRateLimit };
    const settings = [general, ...options.MethodSettings];
    add(RestApiId, toStage(resource, StageName, resource.ref, { ...options, MethodSettings: settings }));
  }
  for (const resource of stack.ofType('AWS::ApiGateway::Stage')) {
    const stage = resource.read(StageProperties);
    if (stage.CacheClusterEnabled) refuseCache(resource, 'CacheClusterEnabled');
    if (deployments.get(stage.DeploymentId) !== stage.RestApiId)
      invalidProperty(resource, 'DeploymentId', `${stage.DeploymentId} is not a deployment of this API.`);
    add(stage.RestApiId, toStage(resource, stage.StageName, stage.DeploymentId, stage));
  }
  return stages;
}

/** @throws UnsupportedPropertyError */
function refuseCache(resource: Resource, property: string): never {
  const flag = `--without ${resource.logicalId}`;
  return unsupportedProperty(
    resource,
    property,
    `the local cloud does not run the cache of API Gateway. Run without it, so that every request reaches the integration: ${flag}`,
    flag,
  );
}

function toStage(
  resource: Resource,
  name: string,
  deploymentId: string,
  {
    AccessLogSetting,
    MethodSettings,
    Variables,
  }: Pick<z.output<typeof StageProperties>, 'AccessLogSetting' | 'MethodSettings' | 'Variables'>,
): Stage {
  const format = AccessLogSetting?.Format;
  if (format !== undefined && !/\$context\.(requestId|extendedRequestId)/.test(format))
    invalidProperty(
      resource,
      'AccessLogSetting.Format',
      'must contain $context.requestId or $context.extendedRequestId.',
    );
  return {
    name,
    deploymentId,
    variables: new Map(Object.entries(Variables)),
    methodSettings: MethodSettings.map((setting) => readMethodSetting(resource, setting)),
    accessLogFormat: format,
  };
}
