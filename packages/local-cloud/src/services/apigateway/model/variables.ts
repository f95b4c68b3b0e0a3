import type { Call } from './call';

/** Supported `$context` variables (row AG-PX-10), besides `authorizer.claims.<name>`. */
const CONTEXT: Readonly<Record<string, (call: Call) => string | undefined>> = {
  accountId: ({ api }) => api.accountId,
  apiId: ({ api }) => api.id,
  'authenticate.error': authorizerError,
  'authenticate.status': authorizerStatus,
  'authorizer.error': authorizerError,
  'authorizer.principalId': ({ authorizer }) =>
    authorizer?.context?.['principalId'] ?? claimText('sub', authorizer?.token?.claims['sub']),
  'authorizer.status': authorizerStatus,
  deploymentId: ({ stage }) => stage?.deploymentId,
  domainName: ({ api }) => api.host,
  domainPrefix: ({ api }) => api.id,
  'error.message': ({ error }) => error?.message ?? undefined,
  'error.messageString': ({ error }) => error && JSON.stringify(error.message),
  'error.responseType': ({ error }) => error?.type,
  'error.validationErrorString': ({ validationError }) => validationError,
  extendedRequestId: ({ extendedRequestId }) => extendedRequestId,
  httpMethod: ({ request }) => request.method,
  'identity.accessKey': ({ iam }) => iam?.accessKey,
  'identity.accountId': ({ iam }) => iam?.accountId,
  'identity.apiKey': ({ apiKey }) =>
    apiKey && `${'*'.repeat(Math.max(0, apiKey.value.length - 6))}${apiKey.value.slice(-6)}`,
  'identity.apiKeyId': ({ apiKey }) => apiKey?.id,
  'identity.caller': ({ iam }) => iam?.caller,
  'identity.sourceIp': ({ request }) => request.clientIp,
  'identity.user': ({ iam }) => iam?.user,
  'identity.userAgent': ({ request }) => request.headers.get('user-agent'),
  'identity.userArn': ({ iam }) => iam?.userArn,
  'integration.error': integrationError,
  'integration.integrationStatus': ({ integration }) => integration?.status?.toString(),
  'integration.latency': ({ integration }) => integration?.latencyMs.toString(),
  'integration.status': ({ integration }) => integration?.status?.toString(),
  integrationErrorMessage: integrationError,
  integrationLatency: ({ integration }) => integration?.latencyMs.toString(),
  integrationStatus: ({ integration }) => integration?.status?.toString(),
  path: ({ request }) => request.path,
  protocol: ({ request }) => `HTTP/${request.httpVersion}`,
  requestId: ({ requestId }) => requestId,
  requestTime: ({ receivedAt }) => logTime(receivedAt),
  requestTimeEpoch: ({ receivedAt }) => String(receivedAt),
  resourceId: ({ route }) => route?.resource.id,
  resourcePath: ({ route }) => route?.resource.path,
  responseLatency: ({ latencyMs }) => String(latencyMs()),
  responseLength: ({ response }) => response?.length.toString(),
  stage: ({ stage }) => stage?.name,
  status: ({ response }) => response?.status.toString(),
  xrayTraceId: ({ traceId }) => traceId.root,
};

function authorizerError({ authorizer, error }: Call): string | undefined {
  return authorizer?.allowed === false ? (error?.message ?? undefined) : undefined;
}

function authorizerStatus({ authorizer }: Call): string | undefined {
  return authorizer && (authorizer.allowed ? '200' : '401');
}

function integrationError({ integration, error }: Call): string | undefined {
  return integration && (error?.message ?? undefined);
}

const CLAIM = /^authorizer\.claims\.(.+)$/;
/** A value that a Lambda authorizer returned. */
const AUTHORIZER_CONTEXT = /^authorizer\.(\w+)$/;

export function isContextVariable(name: string): boolean {
  return Object.hasOwn(CONTEXT, name) || CLAIM.test(name) || AUTHORIZER_CONTEXT.test(name);
}

/** Tells whether a name is a variable, or an object with variables, e.g. `identity`. */
export function isContextPath(name: string): boolean {
  return isContextVariable(name) || Object.keys(CONTEXT).some((known) => known.startsWith(`${name}.`));
}

/** Returns the `$context` variables of a call as nested objects, for mapping templates. */
export function contextValues(call: Call): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(CONTEXT)) {
    const [first = '', second] = name.split('.');
    values[first] =
      second === undefined ? read(call) : { ...(values[first] as object), [second]: read(call) };
  }
  const claims = Object.entries(call.authorizer?.token?.claims ?? {});
  values['authorizer'] = {
    ...(values['authorizer'] as object),
    ...call.authorizer?.context,
    claims: Object.fromEntries(claims.map(([name, value]) => [name, claimText(name, value)])),
  };
  return values;
}

export function contextVariableNames(): string {
  return [...Object.keys(CONTEXT), 'authorizer.claims.<claim>', 'authorizer.<key>']
    .map((name) => `$context.${name}`)
    .join(', ');
}

/** Returns the value of `$context.<name>`; `authorizer.claims` as a whole has none. */
function contextVariable(call: Call, name: string): string | undefined {
  const [, claim] = CLAIM.exec(name) ?? [];
  if (claim !== undefined) return claimText(claim, call.authorizer?.token?.claims[claim]);
  if (Object.hasOwn(CONTEXT, name)) return CONTEXT[name]?.(call);
  const [, key = ''] = AUTHORIZER_CONTEXT.exec(name) ?? [];
  return call.authorizer?.context?.[key];
}

/** Returns a claim as text: lists joined by commas, times as Java prints a date. */
export function claimText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'number' && (name === 'exp' || name === 'iat')) return javaDate(value * 1_000);
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** `Thu Jan 01 00:00:00 UTC 1970` */
function javaDate(ms: number): string {
  const [weekday = '', day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${weekday.replace(',', '')} ${month ?? ''} ${day ?? ''} ${time ?? ''} UTC ${year ?? ''}`;
}

/** `01/Jan/1970:00:00:00 +0000` */
function logTime(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${day ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`;
}

const NAME = String.raw`context\.authorizer\.claims\.[\w-]+(?::[\w-]+)?|context\.\w+(?:\.\w+)*|stageVariables\.\w+|method\.request\.(?:header|querystring|path)\.[\w-]+`;
const VARIABLE = new RegExp(String.raw`\$(?:\{(${NAME})\}|(${NAME}))`, 'g');

/** Returns the names of the variables in a text, e.g. `context.requestId`. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map(([, braced, plain]) => braced ?? plain ?? '');
}

/** Replaces variables in a text, without logic (row AG-GR-03); those without a value by `missing`: empty, or `-` in logs. */
export function render(text: string, call: Call, missing: string): string {
  return text.replace(
    VARIABLE,
    (_, braced?: string, plain?: string) => valueOf(call, braced ?? plain ?? '') ?? missing,
  );
}

/** Values by the part of a variable before its name. */
const LOCATIONS: Readonly<Record<string, (call: Call, name: string) => string | undefined>> = {
  context: contextVariable,
  stageVariables: ({ stage }, name) => stage?.variables.get(name),
  'method.request.path': pathParameter,
  'method.request.querystring': ({ query }, name) => query.get(name)?.at(-1),
  'method.request.header': ({ request }, name) => request.headers.getAll(name).at(-1),
  'method.request.multivaluequerystring': ({ query }, name) => joined(query.get(name) ?? []),
  'method.request.multivalueheader': ({ request }, name) => joined(request.headers.getAll(name)),
};

/** Returns the value of a variable by its full name, e.g. `method.request.header.Origin`. */
export function valueOf(call: Call, variable: string): string | undefined {
  const [, location = '', name = ''] =
    /^(context|stageVariables|method\.request\.(?:multivalue)?(?:header|querystring)|method\.request\.path)\.(.+)$/.exec(
      variable,
    ) ?? [];
  return LOCATIONS[location]?.(call, name);
}

/** Path parameters are decoded; query parameter names are case-sensitive (row AG-HD-11). */
function pathParameter({ route }: Call, name: string): string | undefined {
  const raw = route?.parameters.get(name);
  return raw === undefined ? undefined : decodeURIComponent(raw);
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(',');
}
