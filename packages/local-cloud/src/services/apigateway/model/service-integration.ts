import type { z } from 'zod';
import { invalidProperty, type Resource, unsupportedProperty } from '@spa-on-aws/cloudformation';
import type { IntegrationProperties } from './integration';
import type { Mapping } from './mapping';
import type { ApiResource, Method } from './rest-api';

/** Calls the API of an AWS service: `AWS` (row AG-IN-05). */
export interface ServiceIntegration {
  readonly type: 'service';
  /** E.g. `dynamodb`; may be preceded by a subdomain. */
  readonly service: string;
  readonly region: string;
  readonly action: string | undefined;
  /** Path of the request, with `{parameters}`, and query. */
  readonly path: string;
  readonly mapping: Mapping;
  /** `ANY`: the method of the request. */
  readonly httpMethod: string;
  readonly timeoutMs: number;
}

const URI = /^arn:[\w-]+:apigateway:([\w-]+):([\w.-]+):(action|path)\/(.*)$/;

/** Prefix of `X-Amz-Target` by service; other services read the query parameter `Action`. */
const TARGETS: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB_20120810',
  kinesis: 'Kinesis_20131202',
  states: 'AWSStepFunctions',
};

/** Tells whether the URI of an `AWS` integration invokes a function. */
export function isFunctionUri(uri: string | undefined): boolean {
  return /:lambda:path\/[\d-]+\/functions\//.test(uri ?? '');
}

/** @throws InvalidPropertyError */
export function readServiceIntegration(
  resource: Resource,
  { Uri, Credentials }: z.output<typeof IntegrationProperties>,
  mapping: Mapping,
  httpMethod: string,
  timeoutMs: number,
): ServiceIntegration {
  const [, region, service, kind, rest = ''] = URI.exec(Uri ?? '') ?? [];
  if (region === undefined || service === undefined)
    return invalidProperty(
      resource,
      'Integration.Uri',
      `${String(Uri)} must be arn:aws:apigateway:<region>:<service>:action/<action> or …:path/<path>.`,
    );
  if (Credentials === undefined)
    invalidProperty(
      resource,
      'Integration.Credentials',
      'is required: the role with which API Gateway calls the service.',
    );
  const [action = '', query] = rest.split('&');
  return {
    type: 'service',
    service,
    region,
    action: kind === 'action' ? action : undefined,
    path: kind === 'action' ? (query === undefined ? '/' : `/?${rest.slice(action.length + 1)}`) : `/${rest}`,
    mapping,
    httpMethod,
    timeoutMs,
  };
}

/** Returns the header or query parameter that names the action. */
export function actionParameter({
  service,
  action,
}: ServiceIntegration):
  { readonly location: 'header' | 'querystring'; readonly name: string; readonly value: string } | undefined {
  if (action === undefined) return undefined;
  const prefix = TARGETS[service];
  return prefix === undefined
    ? { location: 'querystring', name: 'Action', value: action }
    : { location: 'header', name: 'X-Amz-Target', value: `${prefix}.${action}` };
}

/** Host name of the service's endpoint. */
export function serviceHost({ service, region }: ServiceIntegration): string {
  return `${service}.${region}.amazonaws.com`;
}

type ServiceMethod = Method & { readonly integration: ServiceIntegration };

/** Lists the methods that call AWS services. */
function serviceMethods({ methods, children }: ApiResource): ServiceMethod[] {
  return [
    ...methods.filter((method): method is ServiceMethod => method.integration.type === 'service'),
    ...children.flatMap(serviceMethods),
  ];
}

/** Services of this machine that answer without a stand-in. */
const LOCAL_SERVICE = /^(?:dynamodb|(?:.+\.)?s3)$/;

/**
 * Checks that services exist here, or are replaced (row AG-IN-05).
 *
 * @throws UnsupportedPropertyError
 */
export function checkServices(root: ApiResource, standIns: ReadonlyMap<string, URL>): void {
  for (const { logicalId, integration } of serviceMethods(root)) {
    const { service, httpMethod, action } = integration;
    const origin = `https://${serviceHost(integration)}`;
    const flag = `--stand-in ${origin}=http://localhost:8080`;
    const refuse = (what: string): never =>
      unsupportedProperty(
        { logicalId, type: 'AWS::ApiGateway::Method' },
        'Integration.Uri',
        `${what} Name a local server that replaces ${origin}: ${flag}`,
        flag,
      );
    const url = standIns.get(origin);
    if (url && url.protocol !== 'http:') refuse(`${url.origin} is not an http URL of this machine.`);
    if (url) continue;
    if (!LOCAL_SERVICE.test(service)) refuse(`${service} does not run on this machine.`);
    const isTable = service === 'dynamodb';
    if (isTable === (action === undefined))
      refuse(
        isTable
          ? 'Only actions of DynamoDB run on this machine.'
          : 'Actions of S3 do not run on this machine; paths do.',
      );
    if (!isTable && !['GET', 'HEAD', 'PUT', 'DELETE', 'ANY'].includes(httpMethod))
      refuse(`Buckets of this machine support GET, HEAD, PUT and DELETE, not ${httpMethod}.`);
  }
}
