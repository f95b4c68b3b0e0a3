import { guardOf, methodsOf, publicReasonOf, type Method } from '../api-gateway/rest-api';
import type { TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import { INVOKED } from './entry-points';
import { INTERNET, node, type Graph } from './graph';
import { groupKeys, type GroupMembers } from './security-groups';

const VPC_LINK_V2 = 'AWS::ApiGatewayV2::VpcLink';
const VPC_LINK_V1 = 'AWS::ApiGateway::VpcLink';
const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** Adds REST APIs with their methods, and VPC links. */
export function addGateways(graph: Graph, template: TemplateDocument, members: GroupMembers): void {
  for (const api of template.ofType('AWS::ApiGateway::RestApi')) {
    for (const name of ['Body', 'BodyS3Location']) {
      const body = api.properties.get(name);
      if (body.isPresent) addUnreadMethods(graph, template, node.api(api.id), body);
    }
  }
  for (const method of methodsOf(template)) addMethod(graph, template, method);
  for (const link of template.ofType(VPC_LINK_V2)) {
    const named = link.properties.get('SecurityGroupIds');
    for (const group of groupKeys(named)) members.join(group, node.vpcLink(link.id), named.path);
  }
  for (const link of template.ofType(VPC_LINK_V1)) {
    for (const target of link.properties.get('TargetArns').items) {
      graph.add(
        node.vpcLink(link.id),
        node.loadBalancer(target.key),
        'it connects to it by PrivateLink',
        target.path,
      );
    }
  }
}

/** Adds distributions and their origins, except buckets. */
export function addDistributions(graph: Graph, template: TemplateDocument): void {
  for (const distribution of template.ofType('AWS::CloudFront::Distribution')) {
    const self = node.distribution(distribution.id);
    graph.add(INTERNET, self, 'its public host name', distribution.path);
    for (const origin of distribution.properties.get('DistributionConfig', 'Origins').items) {
      addOrigin(graph, template, self, origin);
    }
  }
}

function addOrigin(graph: Graph, template: TemplateDocument, from: string, origin: Value): void {
  const vpcOrigin = origin.get('VpcOriginConfig', 'VpcOriginId');
  const remedy = 'Use the REST API as origin: its methods require an access token.';
  if (vpcOrigin.isPresent) {
    const resource = template.resource(vpcOrigin.reference?.id);
    graph.add(
      from,
      resource ? node.other(resource) : vpcOrigin.text,
      'an origin bypasses API Gateway and leads into the VPC',
      vpcOrigin.path,
      remedy,
    );
  }
  const domainName = origin.get('DomainName');
  const loadBalancer = template.mentioned(domainName, LOAD_BALANCER);
  if (loadBalancer) {
    const why = 'an origin bypasses API Gateway: it is the load balancer';
    return graph.add(from, node.loadBalancer(loadBalancer.id), why, domainName.path, remedy);
  }
  const instance = template.mentioned(domainName, 'AWS::EC2::Instance');
  if (instance) {
    const why = 'an origin bypasses API Gateway: it is the instance';
    return graph.add(from, node.instances(instance.id), why, domainName.path, remedy);
  }
  const api = template.mentioned(domainName, 'AWS::ApiGateway::RestApi');
  if (api) {
    const stage = origin.get('OriginPath').text;
    return graph.add(from, node.api(api.id), `an origin with path ${stage}`, domainName.path);
  }
  if (vpcOrigin.isPresent || template.mentioned(domainName, 'AWS::S3::Bucket')) return;
  graph.add(
    from,
    `host ${domainName.text}`,
    'an origin that is not in this template',
    domainName.path,
    'Use a bucket or REST API of this template as origin.',
  );
}

function addMethod(graph: Graph, template: TemplateDocument, method: Method): void {
  const api = node.api(method.api);
  const self = node.method(method.resource, method.route);
  graph.add(INTERNET, api, 'its own public host name, besides CloudFront', `Resources.${method.api}`);
  const guard = guardOf(template, method);
  const publicReason = publicReasonOf(method);
  if (publicReason !== undefined) {
    graph.addAllowed(api, self, `declared public: ${publicReason}`, method.resource.path);
  } else if (guard.guarded) graph.addAllowed(api, self, guard.why, method.resource.path);
  else {
    const remedy =
      'Set AuthorizationType COGNITO_USER_POOLS, an authorizer with this pool and a scope on the method, or remove it.';
    graph.add(api, self, guard.why, guard.path, remedy);
  }
  addIntegration(graph, template, self, method);
}

function addIntegration(graph: Graph, template: TemplateDocument, from: string, method: Method): void {
  const { integration } = method;
  if (integration.get('ConnectionType').text === 'VPC_LINK') {
    const connection = integration.get('ConnectionId');
    const link = template.referred(connection, VPC_LINK_V2, VPC_LINK_V1);
    // A link that is chosen by a stage variable may be any of them.
    for (const { id } of link ? [link] : template.ofType(VPC_LINK_V2, VPC_LINK_V1)) {
      const why = link ? 'the integration uses it' : `the integration uses ${connection.text}`;
      graph.add(from, node.vpcLink(id), why, connection.path);
    }
  }
  const uri = integration.get('Uri');
  const loadBalancer = template.mentioned(uri, LOAD_BALANCER);
  const target = integration.get('IntegrationTarget');
  if (loadBalancer && integration.get('ConnectionType').text !== 'VPC_LINK') {
    graph.add(from, node.loadBalancer(loadBalancer.id), 'the integration uses it', uri.path);
  }
  const lambda = template.mentioned(uri, ...INVOKED);
  if (lambda) graph.add(from, node.lambda(lambda.id), 'the integration invokes it', uri.path);
  for (const id of uri.mentions) {
    if (template.resource(id)?.type === 'AWS::EC2::Instance') {
      graph.add(from, node.instances(id), 'the integration uses it', uri.path);
    }
  }
  if (target.isPresent && !template.resource(target.reference?.id)) {
    graph.add(from, node.loadBalancer(target.key), 'the integration uses it', target.path);
  }
}

function addUnreadMethods(graph: Graph, template: TemplateDocument, api: string, body: Value): void {
  graph.add(INTERNET, api, 'its public host name', body.path);
  const mentioned = [...body.mentions].flatMap((id) => template.resource(id) ?? []);
  const targets = [
    ...template.ofType(VPC_LINK_V2, VPC_LINK_V1).map(({ id }) => node.vpcLink(id)),
    ...mentioned.filter(({ type }) => INVOKED.includes(type)).map(({ id }) => node.lambda(id)),
  ];
  for (const target of targets) {
    graph.add(
      api,
      target,
      'its Body defines methods, which this check does not read',
      body.path,
      'Define the methods as AWS::ApiGateway::Method resources, so that this check can read their authorizers.',
    );
  }
}
