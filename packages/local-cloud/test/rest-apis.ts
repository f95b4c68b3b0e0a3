import { Readable } from 'node:stream';
import { request } from './requests';
import { stackOf } from './stacks';
import { readRestApis, type RestApi } from '../src/services/apigateway/model/rest-api';
import { restApiHandler } from '../src/services/apigateway/pipeline/handler';
import type { LocalServices } from '../src/services/apigateway/pipeline/service-integration';
import { GatewayThrottle } from '../src/services/apigateway/pipeline/throttling';
import type { CallFunction } from '../src/services/lambda/pipeline/invoke';
import { TokenAuthorizer, type TokenIssuer } from '../src/services/apigateway/pipeline/token-authorizer';
import type { Backend, BackendRequest } from '../src/http/backend';
import { HeaderList } from '../src/http/header-list';
import type { Request, RequestHandler, Response } from '../src/http/message';
import { Upstream } from '../src/http/upstream';

/** ARN of the load balancer that the method's integration calls. */
export const LOAD_BALANCER = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/app/x/1';

/** The user pool that the authorizer trusts. */
export const POOL_ARN = 'arn:aws:cognito-idp:eu-west-1:000000000000:userpool/pool';

type Resources = Parameters<typeof stackOf>[0];

/** Changes of a test to the API. */
export interface RestApiChange {
  readonly api?: object;
  readonly authorizer?: object;
  readonly method?: object;
  readonly integration?: object;
  readonly stage?: object;
  readonly responses?: readonly object[];
  /** Added or replaced resources. */
  readonly resources?: Resources;
  readonly backend?: Backend;
  readonly issuers?: readonly TokenIssuer[];
  readonly standIns?: ReadonlyMap<string, URL>;
  /** Functions by ARN. */
  readonly functions?: ReadonlyMap<string, CallFunction>;
  readonly services?: Partial<LocalServices>;
  readonly now?: () => number;
  readonly throttle?: GatewayThrottle;
}

/** Returns the resources of an API with one method, `ANY /api/{proxy+}`, and one stage, `live`. */
export function restApiResources(change: RestApiChange = {}): Resources {
  const responses = (change.responses ?? []).map((properties, index) => [
    `Response${index}`,
    { Type: 'AWS::ApiGateway::GatewayResponse', Properties: { RestApiId: { Ref: 'Api' }, ...properties } },
  ]);
  return {
    ...Object.fromEntries(responses),
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: { Name: 'api', EndpointConfiguration: { Types: ['REGIONAL'] }, ...change.api },
    },
    Parent: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        PathPart: 'api',
      },
    },
    Proxy: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'Parent' }, PathPart: '{proxy+}' },
    },
    Pool: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        RestApiId: { Ref: 'Api' },
        Name: 'pool',
        Type: 'COGNITO_USER_POOLS',
        ProviderARNs: [POOL_ARN],
        IdentitySource: 'method.request.header.Authorization',
        ...change.authorizer,
      },
    },
    Link: { Type: 'AWS::ApiGatewayV2::VpcLink', Properties: { Name: 'link', SubnetIds: [] } },
    Any: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: 'Proxy' },
        HttpMethod: 'ANY',
        AuthorizationType: 'NONE',
        RequestParameters: { 'method.request.path.proxy': true },
        Integration: {
          Type: 'HTTP_PROXY',
          IntegrationHttpMethod: 'ANY',
          Uri: 'http://internal.example/api/{proxy}',
          ConnectionType: 'VPC_LINK',
          ConnectionId: { Ref: 'Link' },
          IntegrationTarget: LOAD_BALANCER,
          RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
          ...change.integration,
        },
        ...change.method,
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
    Live: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        RestApiId: { Ref: 'Api' },
        DeploymentId: { Ref: 'Deployment' },
        StageName: 'live',
        ...change.stage,
      },
    },
    ...change.resources,
  };
}

/** Reads the API. */
export function readRestApi(change: RestApiChange = {}): RestApi {
  const [restApi] = readRestApis(stackOf(restApiResources(change)));
  if (!restApi) throw new Error('no API');
  return restApi;
}

/** Returns a handler of the API, the requests that its backend receives, and its log lines. */
export function runRestApi(change: RestApiChange = {}): {
  readonly api: RestApi;
  readonly handle: RequestHandler;
  readonly received: BackendRequest[];
  readonly logged: string[];
} {
  const api = readRestApi(change);
  const received: BackendRequest[] = [];
  const logged: string[] = [];
  const backend: Backend = (request) => {
    received.push(request);
    return change.backend?.(request) ?? Promise.resolve(responseOf());
  };
  const now = change.now ?? Date.now;
  const credentials = { accessKeyId: 'LOCAL', secretAccessKey: 'secret' };
  const handle = restApiHandler(api, {
    authorizer: new TokenAuthorizer(change.issuers ?? [], now),
    credentials,
    backends: new Map([[LOAD_BALANCER, backend]]),
    standIns: change.standIns ?? new Map(),
    functions: change.functions ?? new Map(),
    services: { dynamoDb: () => undefined, hosts: new Map(), ...change.services },
    upstream: new Upstream(),
    now,
    throttle: change.throttle ?? new GatewayThrottle(),
    log: {
      debug: (_: unknown, line: string) => void logged.push(line),
      info: (line: string) => void logged.push(line),
    } as never,
    localHosts: new Set(['localhost:4302']),
  });
  return { api, handle, received, logged };
}

/** Returns a response of a backend. */
export function responseOf(
  headers: [string, string][] = [],
  body: string | Buffer = '{}',
  status = 200,
): Response {
  return { status, headers: new HeaderList(headers), body: Buffer.from(body) };
}

/** Returns a call of the API at its own port. */
export function call(
  target: string,
  change: {
    method?: string;
    protocol?: 'http' | 'https';
    host?: string;
    clientIp?: string;
    headers?: [string, string][];
    body?: string | Buffer;
    signal?: AbortSignal;
  } = {},
): Request {
  const { method, protocol, host, clientIp, headers, body, signal } = change;
  return {
    ...request(target, { ...(method === undefined ? {} : { method }), ...(protocol ? { protocol } : {}) }),
    headers: new HeaderList([['Host', host ?? 'localhost:4302'], ...(headers ?? [])]),
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(signal ? { signal } : {}),
    body: body === undefined ? undefined : Readable.from([Buffer.from(body)]),
  };
}
