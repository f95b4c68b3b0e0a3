import { invalidProperty, unsupportedProperty } from '@spa-on-aws/cloudformation';
import type { HttpIntegration } from './integration';
import type { ApiResource, Method, RestApi } from './rest-api';
import { checkServices } from './service-integration';
import type { Stage } from './stage';

export type Destination =
  | { readonly kind: 'load-balancer'; readonly arn: string }
  | { readonly kind: 'replacement'; readonly url: URL };

interface Destinations {
  /** By ARN of the load balancer. */
  readonly backends: { has(arn: string): boolean };
  /** Local URLs by the origin they replace, such as `http://vm.example:8080`. */
  readonly standIns: ReadonlyMap<string, URL>;
}

const type = 'AWS::ApiGateway::Method';
const STAGE_VARIABLE = /\$\{stageVariables\.(\w+)\}/g;

/** Replaces stage variables (row AG-PX-06); `undefined` when the stage lacks one. */
export function withStageVariables(text: string, { variables }: Stage): string | undefined {
  const names = [...text.matchAll(STAGE_VARIABLE)].map(([, name = '']) => name);
  if (names.some((name) => !variables.has(name))) return undefined;
  return text.replace(STAGE_VARIABLE, (_, name: string) => variables.get(name) ?? '');
}

/** Splits a URI, whose path may contain `{parameters}`. */
export function splitUri(uri: string): { host: string; path: string; query: string } {
  const [, host = '', path = '', query = ''] = /^https?:\/\/([^/?]+)([^?]*)\??(.*)$/.exec(uri) ?? [];
  return { host, path: path || '/', query };
}

/** Returns the origin without a standard port. */
function originOf(uri: string): string {
  const [authority = uri] = /^https?:\/\/[^/?]+/.exec(uri) ?? [];
  return URL.canParse(authority) ? new URL(authority).origin : authority;
}

/** Returns the destination at a stage; `undefined` when it does not exist here ({@link checkDestinations} reports that first). */
export function destinationOf(
  { connection, uri }: HttpIntegration,
  stage: Stage,
  { vpcLinks }: RestApi,
  standIns: ReadonlyMap<string, URL>,
): Destination | undefined {
  if (connection === 'internet') {
    const resolved = withStageVariables(uri, stage);
    const url = resolved === undefined ? undefined : standIns.get(originOf(resolved));
    return url && { kind: 'replacement', url };
  }
  const arn = connection.loadBalancerArn ?? vpcLinks.get(withStageVariables(connection.linkId, stage) ?? '');
  return arn === undefined ? undefined : { kind: 'load-balancer', arn };
}

export function loadBalancersBehind(
  api: RestApi,
): { readonly methodLogicalId: string; readonly arn: string }[] {
  return httpMethods(api.root).flatMap(({ logicalId, integration }) =>
    api.stages.flatMap((stage) => {
      const destination = destinationOf(integration, stage, api, new Map());
      return destination?.kind === 'load-balancer'
        ? [{ methodLogicalId: logicalId, arn: destination.arn }]
        : [];
    }),
  );
}

/** Checks the VPC links of all integrations (rows PI-01 and PI-02). @throws InvalidPropertyError */
export function checkVpcLinks(api: RestApi): void {
  for (const { logicalId, integration } of httpMethods(api.root)) {
    const { connection, uri } = integration;
    const invalid = (property: string, detail: string): never =>
      invalidProperty({ logicalId, type }, `Integration.${property}`, detail);
    for (const stage of api.stages) {
      if (withStageVariables(uri, stage) === undefined)
        invalid('Uri', `${uri} has a variable that stage ${stage.name} does not set.`);
      if (connection === 'internet') continue;
      const linkId = withStageVariables(connection.linkId, stage);
      if (linkId === undefined || !api.vpcLinks.has(linkId))
        return invalid('ConnectionId', `${linkId ?? connection.linkId} is not a VPC link of this stack.`);
      const named = api.vpcLinks.get(linkId);
      if (named === undefined && connection.loadBalancerArn === undefined)
        invalid(
          'IntegrationTarget',
          'is required for a VPC link V2: the ARN of the load balancer (row PI-02).',
        );
      if (named !== undefined && connection.loadBalancerArn !== undefined)
        invalid(
          'IntegrationTarget',
          'is for VPC links V2; a V1 link names its load balancer itself (row PI-01).',
        );
    }
  }
}

/** Checks that destinations exist here (row AG-PX-07). @throws UnsupportedPropertyError InvalidPropertyError */
export function checkDestinations(api: RestApi, { backends, standIns }: Destinations): void {
  checkServices(api.root, standIns);
  for (const { logicalId, integration } of httpMethods(api.root)) {
    for (const stage of api.stages) {
      const unsupported = (property: string, detail: string, flag?: string): never =>
        unsupportedProperty({ logicalId, type }, `Integration.${property}`, detail, flag);
      const uri = withStageVariables(integration.uri, stage) ?? integration.uri;
      if (integration.connection === 'internet') checkPort(logicalId, uri);
      const destination = destinationOf(integration, stage, api, standIns);
      if (!destination) {
        const origin = originOf(uri);
        const flag = `--stand-in ${origin}=http://localhost:8080`;
        return unsupported(
          'Uri',
          `${origin} is not on this machine. Name a local URL that replaces it: ${flag}`,
          flag,
        );
      }
      if (destination.kind === 'load-balancer' && !backends.has(destination.arn))
        unsupported('IntegrationTarget', `${destination.arn} is not a load balancer of this template.`);
      if (destination.kind === 'replacement' && destination.url.protocol !== 'http:')
        unsupported('Uri', `${destination.url.origin} replaces it and must be an http URL of this machine.`);
    }
  }
}

function checkPort(logicalId: string, uri: string): void {
  const port = Number(/^https?:\/\/[^/?]*:(\d+)/.exec(uri)?.[1] ?? 443);
  if (port === 80 || port === 443 || (port >= 1_024 && port <= 65_535)) return;
  invalidProperty(
    { logicalId, type },
    'Integration.Uri',
    `API Gateway rejects port ${port}; use 80, 443 or 1024 to 65535.`,
  );
}

type HttpMethod = Method & { readonly integration: HttpIntegration };

function httpMethods({ methods, children }: ApiResource): HttpMethod[] {
  return [
    ...methods.filter((method): method is HttpMethod => method.integration.type === 'http'),
    ...children.flatMap(httpMethods),
  ];
}
