import type { Call } from '../model/call';
import { claimText, valueOf } from '../model/variables';
import { isBinary } from './body';
import type { RequestParameters } from './request-parameters';

/** Headers of the connection, which a function does not receive. */
const DROPPED = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

type Values = Readonly<Record<string, readonly string[]>>;

/** Returns the event of a Lambda proxy integration: format version 1.0 (rows AG-LA-01 to AG-LA-03). */
export function proxyEvent(call: Call, body: Buffer | undefined, parameters: RequestParameters): object {
  const mapped = Object.fromEntries([...parameters.header].map(([name, { value }]) => [name, [value]]));
  const headers = { ...headersOf(call), ...mapped };
  const query = { ...queryOf(call), ...Object.fromEntries(parameters.querystring) };
  const isBase64Encoded =
    body !== undefined && isBinary(call.api.binaryMediaTypes, call.request.headers.get('content-type'));
  return {
    ...requestFields(call, headers, query, null),
    body: body?.toString(isBase64Encoded ? 'base64' : 'utf8') ?? null,
    isBase64Encoded,
  };
}

/** Returns the event of a REQUEST authorizer (row AG-LA-10). */
export function authorizerEvent(call: Call, methodArn: string): object {
  return { type: 'REQUEST', methodArn, ...requestFields(call, headersOf(call), queryOf(call), {}) };
}

function requestFields(call: Call, headers: Values, query: Values, none: object | null): object {
  const { request, route, stage } = call;
  return {
    resource: route?.resource.path,
    path: request.path.replace(/^\/[^/]*/, '') || '/',
    httpMethod: request.method,
    headers: lastValues(headers) ?? none,
    multiValueHeaders: headers,
    queryStringParameters: lastValues(query) ?? none,
    multiValueQueryStringParameters: Object.keys(query).length > 0 ? query : none,
    pathParameters: entriesOr(route?.parameters, none),
    stageVariables: entriesOr(stage?.variables, none),
    requestContext: requestContext(call),
  };
}

function requestContext(call: Call): object {
  const { request, api, apiKey, receivedAt } = call;
  const context = (name: string): string | undefined => valueOf(call, `context.${name}`);
  const authorizer = authorizerContext(call);
  return {
    resourceId: context('resourceId'),
    ...(authorizer && { authorizer }),
    resourcePath: context('resourcePath'),
    httpMethod: request.method,
    extendedRequestId: call.extendedRequestId,
    requestTime: context('requestTime'),
    path: request.path,
    accountId: api.accountId,
    protocol: context('protocol'),
    stage: context('stage'),
    domainPrefix: api.id,
    requestTimeEpoch: receivedAt,
    requestId: call.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: call.iam?.accountId ?? null,
      ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
      cognitoIdentityId: null,
      caller: call.iam?.caller ?? null,
      sourceIp: request.clientIp,
      principalOrgId: null,
      accessKey: call.iam?.accessKey ?? null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: call.iam?.userArn ?? null,
      userAgent: request.headers.get('user-agent') ?? null,
      user: call.iam?.user ?? null,
    },
    domainName: api.host,
    deploymentId: context('deploymentId'),
    apiId: api.id,
  };
}

/** Row AG-LA-03. */
function authorizerContext({ authorizer }: Call): object | undefined {
  if (authorizer?.context) return authorizer.context;
  if (!authorizer?.token) return undefined;
  const claims = Object.entries(authorizer.token.claims).map(([name, value]) => [
    name,
    claimText(name, value),
  ]);
  return { claims: Object.fromEntries(claims) as unknown };
}

function headersOf({ request, api, traceId, iam }: Call): Values {
  const values: Record<string, string[]> = {};
  const names = new Map<string, string>();
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (DROPPED.has(key) || (iam && key === 'authorization')) continue;
    const first = names.get(key) ?? name;
    names.set(key, first);
    values[first] = [...(values[first] ?? []), value];
  }
  const forwardedFor = request.headers.get('x-forwarded-for');
  return {
    ...values,
    Host: [api.host],
    'X-Amzn-Trace-Id': [traceId.header],
    'X-Forwarded-For': [forwardedFor ? `${forwardedFor}, ${request.clientIp}` : request.clientIp],
    'X-Forwarded-Port': ['443'],
    'X-Forwarded-Proto': ['https'],
  };
}

const queryOf = ({ query }: Call): Values => Object.fromEntries(query);

function lastValues(values: Values): Record<string, string | undefined> | undefined {
  const entries = Object.entries(values);
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.map(([name, all]) => [name, all.at(-1)]));
}

function entriesOr(values: ReadonlyMap<string, string> | undefined, none: object | null): object | null {
  return values && values.size > 0 ? Object.fromEntries(values) : none;
}
