import type { HopDetails, ServiceEvents, TracedService } from '../src/trace/trace';
import { GatewayThrottle } from '../src/services/apigateway/pipeline/throttling';
import { EdgeCache } from '../src/services/cloudfront/pipeline/cache/edge-cache';
import { HeaderList } from '../src/http/header-list';
import { RecordedBody } from '../src/http/recorded-body';
import { Clock } from '../src/run/clock';
import type { Controls } from '../src/console/switches';
import type { AnsweredRequest, EntryPoint, RequestLog } from '../src/console/request-log';
import type { LocalUrls } from '../src/console/topology-map';
import { BackendFaults } from '../src/services/elasticloadbalancing/pipeline/backend';
import { resolveStacks } from '../src/run/stacks';
import { parseTemplate } from '@spa-on-aws/cloudformation';
import type { RunnableStack } from '../src/run/sources';
import { checkLinks, readTopology, type Topology } from '../src/run/services';
import { smallTemplate } from './assembly';
import { request } from './requests';

/** Where the sample answers. */
export const SAMPLE_URLS: LocalUrls = {
  distributions: new Map([['Site', 'http://localhost:4300']]),
  restApis: new Map([['Api', 'http://localhost:4302/live']]),
  functionUrls: new Map(),
  signIn: 'http://localhost:4301',
};

/** The small template with a function, an authorizer on its API, and a table. */
export function sampleTopology(): Topology {
  const template = smallTemplate();
  const { Resources } = template;
  Resources['Authorizer'] = {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: { Ref: 'Api' },
      Name: 'people',
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: [{ 'Fn::GetAtt': ['Pool', 'Arn'] }],
      IdentitySource: 'method.request.header.Authorization',
    },
  };
  Object.assign(Resources['Method']?.Properties ?? {}, {
    AuthorizationType: 'COGNITO_USER_POOLS',
    AuthorizerId: { Ref: 'Authorizer' },
    AuthorizationScopes: ['things/read'],
  });
  Resources['Counts'] = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  };
  const [container] = Resources['Task']?.Properties?.['ContainerDefinitions'] as { Environment: object[] }[];
  container?.Environment.push({ Name: 'TABLE', Value: { Ref: 'Counts' } });
  return topologyOf({
    name: 'small',
    id: 'small',
    account: undefined,
    region: undefined,
    terminationProtection: false,
    bootstrap: undefined,
    template: parseTemplate(JSON.stringify(template), 'small.template.json'),
    templateFile: 'small.template.json',
    sourceFiles: [],
    files: new Map(),
    images: new Map([['tag', { directory: 'image', dockerFile: 'Dockerfile' }]]),
    leftOut: [],
  });
}

/** Description of the stack, at the sample's addresses. */
function topologyOf(assembly: RunnableStack): Topology {
  const { stack } = resolveStacks([assembly], { region: 'us-east-1', parameters: [] });
  const topology = readTopology(stack, [assembly]);
  checkLinks(topology, stack, { standIns: new Map(), secrets: { file: '', values: new Map() } });
  return topology;
}

/** Controls of services that nothing runs behind, with what was asked of sign-in. */
export function sampleControls(): Controls & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    clock: new Clock(),
    faults: new BackendFaults(),
    throttle: new GatewayThrottle(),
    cache: new EdgeCache(),
    signIn: {
      expireTokens: () => void asked.push('expireTokens'),
      revokeTokens: () => void asked.push('revokeTokens'),
      rotateSigningKeys: () => Promise.resolve(void asked.push('rotateSigningKeys')),
      resetUsers: () => void asked.push('resetUsers'),
    },
    asked,
  };
}

/** A hop as a service records it. */
export type SampleHop = {
  [Service in TracedService]: {
    [Event in keyof ServiceEvents[Service]]: readonly [
      service: Service,
      event: Event,
      data: ServiceEvents[Service][Event],
      details?: HopDetails,
    ];
  }[keyof ServiceEvents[Service]];
}[TracedService];

/** Returns the event of a behavior without patterns before it. */
export function matchedBehavior(pattern: string, origin: string): SampleHop {
  const policies = { cachePolicy: 'cache', originRequestPolicy: undefined, responseHeadersPolicy: undefined };
  const data = { pattern, isDefault: pattern === '*', notMatched: [], path: '/', requestPath: '/', origin };
  return ['cloudfront', 'behavior.matched', { ...data, ...policies }];
}

/** Logs a request with the hops it is given. */
export function logRequest(
  log: RequestLog,
  target: string,
  status: number,
  hops: readonly SampleHop[],
  change: {
    via?: EntryPoint;
    method?: string;
    headers?: [string, string][];
    traceIds?: string[];
    durationMs?: number;
    owner?: string;
    body?: string;
  } = {},
): AnsweredRequest {
  const { via = 'distribution', traceIds = [], durationMs = 3.2, owner, body, ...rest } = change;
  const made = request(target, rest);
  for (const [service, event, data, details] of hops)
    made.trace.add(service, event as never, data as never, details);
  made.trace.ids.push(...traceIds);
  const requestBody = new RecordedBody();
  if (body !== undefined) requestBody.add(Buffer.from(body), made.headers.set('Content-Type', 'text/plain'));
  return log.add(via, made, { status, durationMs, headers: new HeaderList(), requestBody }, owner);
}
