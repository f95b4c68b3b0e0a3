import { Readable } from 'node:stream';
import { BackendUnreachableError } from '../../../http/backend';
import { type Request, requestTarget, type Response } from '../../../http/message';
import type { OriginServer } from '../../cloudfront/pipeline/origin/server';
import { errorResponse, s3Error } from '../../s3/pipeline/error-response';
import type { Call } from '../model/call';
import { withStageVariables } from '../model/destination';
import { actionParameter, serviceHost, type ServiceIntegration } from '../model/service-integration';
import { exchange, type Send } from './exchange';
import { type IntegrationTargets, toUrl } from './http-integration';
import { mapRequest, toMappedHeaders } from './mapped-request';
import { mapResponse } from './mapped-response';
import { fillPath, fillQuery, setHeaders } from './request-parameters';

/** Services of this machine. */
export interface LocalServices {
  /** Base URL of DynamoDB; `undefined` without tables. */
  readonly dynamoDb: () => string | undefined;
  /** Endpoints of buckets, by host name. */
  readonly hosts: ReadonlyMap<string, OriginServer>;
}

/** Calls an AWS service that runs here, or what replaces it (rows AG-IN-05 to AG-IN-07). @throws CallRejectedError */
export async function callService(
  integration: ServiceIntegration,
  call: Call,
  body: Buffer | undefined,
  targets: IntegrationTargets & { readonly services: LocalServices },
): Promise<Response> {
  const { request, stage } = call;
  if (!stage) throw new TypeError('An integration is called at a stage.');
  const { mapping, httpMethod } = integration;
  const method = httpMethod === 'ANY' ? request.method : httpMethod;
  const mapped = mapRequest(mapping.request, call, body);
  const action = actionParameter(integration);
  if (action?.location === 'querystring') mapped.parameters.querystring.set(action.name, [action.value]);
  const [path, query] = withStageVariables(integration.path, stage)?.split('?') ?? [integration.path];
  const target = requestTarget(
    fillPath(path ?? '/', mapped.parameters.path),
    fillQuery(query ?? '', '', mapped.parameters.querystring),
  );
  const host = serviceHost(integration);
  const edits = toMappedHeaders(call, host, mapped.body?.length);
  setHeaders(edits, mapped.parameters.header, call);
  if (action?.location === 'header') edits.set(action.name, action.value, 'action of the integration');
  const { send, replacedBy } = serviceSender(integration, call, targets);
  const outgoing = { method, host, target, edits, body: mapped.body, replacedBy };
  const response = await exchange(call, outgoing, { timeoutMs: integration.timeoutMs, streams: false }, send);
  return mapResponse(mapping.responses, call, response, String(response.status));
}

/** A signature that servers of this machine accept: they check none. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=local-cloud';

function serviceSender(
  integration: ServiceIntegration,
  call: Call,
  { standIns, upstream, services }: IntegrationTargets & { readonly services: LocalServices },
): { readonly send: Send; readonly replacedBy: string } {
  const standIn = standIns.get(`https://${serviceHost(integration)}`);
  if (standIn) return { send: toUrl(standIn, upstream), replacedBy: standIn.origin };
  if (integration.service !== 'dynamodb')
    return { send: toBucket(integration, call, services.hosts), replacedBy: 'the local buckets' };
  const send: Send = async (outgoing) => {
    const url = services.dynamoDb();
    if (url === undefined)
      throw new BackendUnreachableError('no-listener', 'DynamoDB, because there are no tables,');
    const { host } = new URL(url);
    outgoing.headers.set('Host', host).set('Authorization', SIGNATURE);
    return toUrl(new URL(url), upstream)(outgoing);
  };
  return { send, replacedBy: 'the local tables' };
}

/** Sends requests to the bucket that the subdomain, or the first segment of the path, names. */
function toBucket({ service, region }: ServiceIntegration, call: Call, hosts: LocalServices['hosts']): Send {
  return async ({ method, target, headers, body, signal, trace }) => {
    const [targetPath = '', query = ''] = target.split(/\?(.*)/s);
    const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(targetPath) ?? [];
    const [, subdomain] = /^(.+)\.s3$/.exec(service) ?? [];
    const name = subdomain ?? first;
    const host = `${name}.s3.${region}.amazonaws.com`;
    const path = (subdomain === undefined ? rest : targetPath) || '/';
    headers.set('Host', host);
    const request: Request = {
      ...call.request,
      method,
      path,
      query,
      headers,
      body: body && Readable.from([body]),
      signal,
      trace,
    };
    const bucket = hosts.get(host);
    const missing = s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', ['BucketName', name]);
    return bucket
      ? bucket(
          request,
          { role: true },
          { protocol: 'https', port: 443, connectTimeoutMs: 0, readTimeoutMs: 0 },
        )
      : errorResponse(request, missing);
  };
}
