import { type Backend, BackendUnreachableError } from '../../../http/backend';
import { requestTarget, type Response } from '../../../http/message';
import type { Upstream } from '../../../http/upstream';
import type { Call } from '../model/call';
import { type Destination, destinationOf, splitUri, withStageVariables } from '../model/destination';
import type { HttpIntegration } from '../model/integration';
import { exchange, type Send } from './exchange';
import { mapRequest, toMappedHeaders } from './mapped-request';
import { mapResponse } from './mapped-response';
import { toIntegrationHeaders } from './integration-headers';
import { toGatewayResponse } from './integration-response';
import { fillPath, fillQuery, mapParameters, setHeaders } from './request-parameters';

export interface IntegrationTargets {
  /** By ARN of the load balancer. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** Local URLs by the origin they replace. */
  readonly standIns: ReadonlyMap<string, URL>;
  readonly upstream: Upstream;
}

/** Calls a URL: as a proxy, or with the mapping of a custom integration (row AG-IN-04). @throws CallRejectedError */
export async function callHttpIntegration(
  integration: HttpIntegration,
  call: Call,
  body: Buffer | undefined,
  targets: IntegrationTargets,
): Promise<Response> {
  const { request, api, stage } = call;
  if (!stage) throw new TypeError('An integration is called at a stage.');
  const { mapping, uri, parameters, streams } = integration;
  const { host, path, query } = splitUri(withStageVariables(uri, stage) ?? uri);
  const destination = destinationOf(integration, stage, api, targets.standIns);
  const mapped = mapping
    ? mapRequest(mapping.request, call, body)
    : { body, parameters: mapParameters(parameters, call) };
  const edits = mapping
    ? toMappedHeaders(call, host, mapped.body?.length)
    : toIntegrationHeaders(call, host, mapped.body?.length);
  if (mapping) edits.set('X-Amzn-Apigateway-Api-Id', api.id, 'id of the API');
  setHeaders(edits, mapped.parameters.header, call);
  const target = requestTarget(
    fillPath(path, mapped.parameters.path),
    fillQuery(query, mapping ? '' : request.query, mapped.parameters.querystring),
  );
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? (uri.startsWith('https:') ? 443 : 80));
  const response = await exchange(
    call,
    {
      method: integration.httpMethod === 'ANY' ? request.method : integration.httpMethod,
      host,
      target,
      edits,
      body: mapped.body,
      ...(destination?.kind === 'replacement' && { replacedBy: destination.url.origin }),
    },
    integration,
    sender(destination, port, targets),
  );
  return mapping
    ? mapResponse(mapping.responses, call, response, String(response.status))
    : toGatewayResponse(response, call, streams ? 'streamed' : 'buffered');
}

function sender(
  destination: Destination | undefined,
  port: number,
  { backends, upstream }: IntegrationTargets,
): Send {
  if (destination?.kind === 'replacement') return toUrl(destination.url, upstream);
  return async (outgoing) => {
    const backend = destination && backends.get(destination.arn);
    if (!backend) throw new BackendUnreachableError('no-load-balancer', destination?.arn ?? '');
    return backend({ ...outgoing, port });
  };
}

/** Sends requests to a local server. */
export function toUrl({ hostname, port, pathname, origin }: URL, upstream: Upstream): Send {
  return (outgoing) => {
    const target = `${pathname.replace(/\/$/, '')}${outgoing.target}`;
    return upstream
      .send(hostname.replace(/^\[|\]$/g, ''), Number(port || 80), { ...outgoing, target })
      .catch((error: unknown) => {
        throw new BackendUnreachableError('connection-failed', origin, (error as Error).message);
      });
  };
}
