import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { RequestMapping } from '../model/mapping';
import type { MappingTemplate } from '../model/mapping-template';
import { convertBody, isBinary } from './body';
import { reject } from './call';
import { HeaderEdits } from './integration-headers';
import { MappingTemplateError, renderTemplate } from './mapping-template';
import { mapParameters, type RequestParameters } from './request-parameters';

/** Request of a custom integration to its backend. */
export interface MappedRequest {
  /** `undefined`: the method request has no body, and no template makes one. */
  readonly body: Buffer | undefined;
  readonly parameters: RequestParameters;
}

/** Maps a method request: template by media type, parameters, then overrides (rows AG-IN-01, AG-MT-04). @throws CallRejectedError */
export function mapRequest(mapping: RequestMapping, call: Call, body: Buffer | undefined): MappedRequest {
  const { templates, rejectsOtherTypes, contentHandling } = mapping;
  const contentType = call.request.headers.get('content-type');
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? 'application/json';
  if (rejectsOtherTypes && !templates.has(mediaType)) {
    const { unsupportedMediaType } = GATEWAY_ERRORS;
    return reject(call, unsupportedMediaType, 'integration.media-type-unsupported', { mediaType });
  }
  const isBinaryBody = isBinary(call.api.binaryMediaTypes, contentType);
  const wantsBinary = contentHandling === undefined ? isBinaryBody : contentHandling === 'CONVERT_TO_BINARY';
  const converted = body && convertBody(body, isBinaryBody, wantsBinary);
  const sent = converted?.toString() ?? '';
  const parameters = mapParameters(mapping.parameters, call, { body: sent });
  const template = templates.get(mediaType);
  if (!template) return { body: converted, parameters };
  const { text, request } = rendered(template, call, sent);
  for (const [name, value] of Object.entries(request.header))
    parameters.header.set(name, { value: String(value), by: 'override of the template', isSecret: false });
  for (const [name, value] of Object.entries(request.path))
    parameters.path.set(name, { value: String(value), isGreedy: true });
  for (const [name, value] of Object.entries(request.querystring))
    parameters.querystring.set(name, [String(value)]);
  return { body: Buffer.from(text), parameters };
}

/** Renders a template. @throws CallRejectedError for one that cannot be rendered */
export function rendered(
  template: MappingTemplate,
  call: Call,
  body: string,
): ReturnType<typeof renderTemplate> {
  try {
    return renderTemplate(template, call, body);
  } catch (error) {
    if (!(error instanceof MappingTemplateError)) throw error;
    const { message: reason } = error;
    return reject(call, GATEWAY_ERRORS.internal, 'integration.template-failed', { reason });
  }
}

/** Returns the headers that a custom integration sends besides mapped ones (row AG-IN-04). */
export function toMappedHeaders(call: Call, host: string, bodyLength: number | undefined): HeaderEdits {
  const { request, api, traceId } = call;
  const edits = new HeaderEdits('request');
  edits.set('Host', host, "host of the integration's URI");
  edits.set('Accept', 'application/json', 'API Gateway’s default');
  edits.set('User-Agent', `AmazonAPIGateway_${api.id}`, 'API Gateway’s default');
  edits.set('X-Amzn-Trace-Id', traceId.header, 'API Gateway');
  if (bodyLength === undefined) return edits;
  const type = request.headers.get('content-type') ?? 'application/json';
  edits.set('Content-Type', type, 'Content-Type of the request, else JSON');
  edits.set('Content-Length', String(bodyLength), 'API Gateway counts the bytes itself');
  return edits;
}
