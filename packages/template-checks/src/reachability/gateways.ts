import { guardOf, methodsOf, type Method } from '../api-gateway/rest-api';
import type { Template, Value } from '@spa-on-aws/cloudformation';
import { INTERNET, type Graph } from './graph';
import { arnKey } from './load-balancers';
import type { Members } from './network';
import { place } from './places';
import { groupKeys } from './security-groups';

const VPC_LINK_V2 = 'AWS::ApiGatewayV2::VpcLink';
const VPC_LINK_V1 = 'AWS::ApiGateway::VpcLink';
const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** Adds REST APIs with their methods, and the VPC links these send to. */
export function addGateways(graph: Graph, template: Template, members: Members): void {
  for (const api of template.ofType('AWS::ApiGateway::RestApi')) {
    for (const name of ['Body', 'BodyS3Location']) {
      const body = api.properties.get(name);
      if (body.isPresent) addUnreadMethods(graph, template, place.api(api.id), body);
    }
  }
  for (const method of methodsOf(template)) addMethod(graph, template, method);
  for (const link of template.ofType(VPC_LINK_V2)) {
    const named = link.properties.get('SecurityGroupIds');
    for (const group of groupKeys(named)) {
      members.join(group, place.vpcLink(link.id), named.path);
    }
  }
  for (const link of template.ofType(VPC_LINK_V1)) {
    for (const target of link.properties.get('TargetArns').items) {
      graph.add({
        from: place.vpcLink(link.id),
        to: place.loadBalancer(arnKey(target)),
        why: 'it leads there by PrivateLink',
        path: target.path,
      });
    }
  }
}

/** Adds what a distribution hands requests to, besides buckets. */
export function addDistributions(graph: Graph, template: Template): void {
  for (const distribution of template.ofType('AWS::CloudFront::Distribution')) {
    const self = place.distribution(distribution.id);
    graph.add({
      from: INTERNET,
      to: self,
      why: 'it answers everybody',
      path: distribution.path,
    });
    for (const origin of distribution.properties.get('DistributionConfig', 'Origins').items) {
      addOrigin(graph, template, self, origin);
    }
  }
}

function addOrigin(graph: Graph, template: Template, from: string, origin: Value): void {
  const vpcOrigin = origin.get('VpcOriginConfig', 'VpcOriginId');
  const opening = { remedy: 'Send the behavior to the REST API, whose methods ask for an access token.' };
  if (vpcOrigin.isPresent) {
    const resource = template.resource(vpcOrigin.reference?.id);
    graph.add({
      from,
      to: resource ? place.other(resource) : vpcOrigin.text,
      why: 'an origin leads into the VPC, around API Gateway',
      path: vpcOrigin.path,
      opening,
    });
  }
  const domainName = origin.get('DomainName');
  const loadBalancer = mentionedIn(template, domainName, LOAD_BALANCER);
  if (loadBalancer) {
    graph.add({
      from,
      to: place.loadBalancer(loadBalancer),
      why: 'an origin names the load balancer, around API Gateway',
      path: domainName.path,
      opening,
    });
    return;
  }
  const instance = mentionedIn(template, domainName, 'AWS::EC2::Instance');
  if (instance) {
    const why = 'an origin names the host, around API Gateway';
    graph.add({ from, to: place.hosts(instance), why, path: domainName.path, opening });
    return;
  }
  const api = mentionedIn(template, domainName, 'AWS::ApiGateway::RestApi');
  if (api) {
    const stage = origin.get('OriginPath').text;
    graph.add({ from, to: place.api(api), why: `an origin names it, below ${stage}`, path: domainName.path });
    return;
  }
  if (vpcOrigin.isPresent || mentionedIn(template, domainName, 'AWS::S3::Bucket')) return;
  graph.add({
    from,
    to: `host ${domainName.text}`,
    why: 'an origin names it, and what answers there is not in this template',
    path: domainName.path,
    opening: { remedy: 'Serve what a bucket or REST API of this template has.' },
  });
}

function mentionedIn(template: Template, value: Value, type: string): string | undefined {
  return [...value.mentions].find((id) => template.resource(id)?.type === type);
}

function addMethod(graph: Graph, template: Template, method: Method): void {
  const api = place.api(method.api);
  const self = place.method(method.resource, method.route);
  graph.add({
    from: INTERNET,
    to: api,
    why: 'its own host name answers everybody, beside CloudFront',
    path: `Resources.${method.api}`,
  });
  const guard = guardOf(template, method);
  graph.add(
    guard.guarded
      ? { from: api, to: self, why: guard.why, path: method.resource.path, guarded: true }
      : {
          from: api,
          to: self,
          why: guard.why,
          path: guard.path,
          opening: {
            remedy:
              'Give the method AuthorizationType COGNITO_USER_POOLS, the authorizer of this pool and a scope, or remove it.',
          },
        },
  );
  addIntegration(graph, template, self, method);
}

function addIntegration(graph: Graph, template: Template, from: string, method: Method): void {
  const { integration } = method;
  if (integration.get('ConnectionType').text === 'VPC_LINK') {
    const connection = integration.get('ConnectionId');
    const link = template.referred(connection, VPC_LINK_V2, VPC_LINK_V1);
    // A link that is named otherwise, by a stage variable for one, may be any of them.
    for (const { id } of link ? [link] : template.ofType(VPC_LINK_V2, VPC_LINK_V1)) {
      const why = link ? 'its integration goes through it' : `its integration names ${connection.text}`;
      graph.add({ from, to: place.vpcLink(id), why, path: connection.path });
    }
  }
  // A proxy to a public name, or to a function: what it reaches from there on is a road like any other.
  const uri = integration.get('Uri');
  const loadBalancer = mentionedIn(template, uri, LOAD_BALANCER);
  const target = integration.get('IntegrationTarget');
  if (loadBalancer && integration.get('ConnectionType').text !== 'VPC_LINK') {
    graph.add({
      from,
      to: place.loadBalancer(loadBalancer),
      why: 'its integration names it',
      path: uri.path,
    });
  }
  const lambda = mentionedIn(template, uri, 'AWS::Lambda::Function');
  if (lambda) {
    graph.add({ from, to: place.lambda(lambda), why: 'its integration invokes it', path: uri.path });
  }
  for (const id of uri.mentions) {
    if (template.resource(id)?.type === 'AWS::EC2::Instance') {
      graph.add({ from, to: place.hosts(id), why: 'its integration names it', path: uri.path });
    }
  }
  if (target.isPresent && !template.resource(target.reference?.id)) {
    graph.add({
      from,
      to: place.loadBalancer(arnKey(target)),
      why: 'its integration names it',
      path: target.path,
    });
  }
}

function addUnreadMethods(graph: Graph, template: Template, api: string, body: Value): void {
  graph.add({ from: INTERNET, to: api, why: 'it answers everybody', path: body.path });
  for (const link of template.ofType(VPC_LINK_V2, VPC_LINK_V1)) {
    graph.add({
      from: api,
      to: place.vpcLink(link.id),
      why: 'its Body defines methods, which are not read here',
      path: body.path,
      opening: {
        remedy: 'Define the methods as AWS::ApiGateway::Method, so that their authorizer can be read.',
      },
    });
  }
}
