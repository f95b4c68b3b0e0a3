import type { ResourceIdentity, ResourceTypes } from '@spa-on-aws/cloudformation';
import { derivedUuid } from '@spa-on-aws/cloudformation';

const functionName = (resource: ResourceIdentity): string =>
  String(
    resource.property('FunctionName') ??
      `${resource.stackName.slice(0, 24)}-${resource.logicalId.slice(0, 24)}-${resource.id(12)}`,
  );

const arn = ({ partition, region, accountId }: ResourceIdentity, kind: string, name: string): string =>
  `arn:${partition}:lambda:${region}:${accountId}:${kind}:${name}`;

/** Returns the name in a name, a partial ARN or an ARN of a function; the qualifier stays. */
export const qualifiedName = (name: unknown): string => String(name).replace(/^(?:.*?:)?function:/, '');

/** Returns the name of a function without qualifier, from its name, a partial ARN or its ARN. */
export const unqualifiedName = (name: unknown): string => qualifiedName(name).split(':')[0] ?? '';

const nameIn = (resource: ResourceIdentity, property: string): string =>
  qualifiedName(resource.property(property));

const versionArn = (version: ResourceIdentity): string =>
  `${arn(version, 'function', nameIn(version, 'FunctionName'))}:1`;

const aliasArn = (alias: ResourceIdentity): string =>
  `${arn(alias, 'function', nameIn(alias, 'FunctionName'))}:${String(alias.property('Name'))}`;

const layerArn = (layer: ResourceIdentity): string =>
  `${arn(layer, 'layer', String(layer.property('LayerName') ?? `${layer.logicalId}${layer.id(8)}`))}:1`;

const urlTarget = (url: ResourceIdentity): string => {
  const qualifier = url.property('Qualifier');
  const name = nameIn(url, 'TargetFunctionArn');
  return arn(url, 'function', qualifier === undefined ? name : `${name}:${String(qualifier)}`);
};

/** Host name of a function URL. */
const urlHost = (url: ResourceIdentity): string => `${url.id(32)}.lambda-url.${url.region}.on.aws`;

export const lambdaResourceTypes: ResourceTypes = {
  'AWS::Lambda::Function': {
    ref: functionName,
    attributes: { Arn: (resource) => arn(resource, 'function', functionName(resource)) },
  },
  'AWS::Lambda::Version': {
    ref: versionArn,
    attributes: { FunctionArn: versionArn, Version: () => '1' },
  },
  'AWS::Lambda::Alias': { ref: aliasArn, attributes: { AliasArn: aliasArn } },
  'AWS::Lambda::LayerVersion': { ref: layerArn, attributes: { LayerVersionArn: layerArn } },
  'AWS::Lambda::Permission': {
    ref: (permission) => permission.id(12),
    attributes: { Id: ({ id }) => id(12) },
  },
  'AWS::Lambda::Url': {
    ref: urlTarget,
    attributes: { FunctionArn: urlTarget, FunctionUrl: (url) => `https://${urlHost(url)}/` },
  },
  'AWS::Lambda::EventInvokeConfig': { ref: (config) => config.id(12), attributes: {} },
  'AWS::Lambda::EventSourceMapping': {
    ref: ({ stackName, logicalId }) => derivedUuid(`${stackName}/${logicalId}`),
    attributes: { Id: ({ stackName, logicalId }) => derivedUuid(`${stackName}/${logicalId}`) },
  },
};
