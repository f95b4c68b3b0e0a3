import { TemplatePattern } from '@spa-on-aws/cloudformation';
import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { ResponseMapping, Templates } from '../model/mapping';
import { resolveSource } from '../model/parameter-mapping';
import { convertBody, isBinary } from './body';
import { reject } from './call';
import { toGatewayResponse } from './integration-response';
import { rendered } from './mapped-request';

/**
 * Maps a backend's response for the client (rows AG-IN-02, AG-IN-03, AG-MT-07).
 *
 * @param selector status, or error message of a function
 * @throws CallRejectedError without a response for it
 */
export async function mapResponse(
  mappings: readonly ResponseMapping[],
  call: Call,
  { headers: received, body }: Response,
  selector: string,
): Promise<Response> {
  const mapping =
    mappings.find(
      ({ selectionPattern: pattern }) => pattern !== undefined && matches(pattern, selector, call),
    ) ?? mappings.find(({ selectionPattern }) => selectionPattern === undefined);
  if (!mapping) return reject(call, GATEWAY_ERRORS.internal, 'integration.response-missing', { selector });
  const { selectionPattern: pattern, contentHandling } = mapping;
  const { binaryMediaTypes: binary } = call.api;
  const accept = call.request.headers.get('accept');
  const wantsBinary =
    contentHandling === undefined ? isBinary(binary, accept) : contentHandling === 'CONVERT_TO_BINARY';
  const content = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const converted = convertBody(content, isBinary(binary, received.get('content-type')), wantsBinary);
  const text = converted.toString();
  const headers = new HeaderList();
  for (const [name, source] of mapping.headers) {
    const value = resolveSource(source, call, { headers: received, body: text });
    if (value !== undefined) headers.set(name, value);
  }
  const [mediaType = 'application/json', template] = chooseTemplate(mapping.templates, accept) ?? [];
  const rendering = template && rendered(template, call, text);
  for (const [name, value] of Object.entries(rendering?.response.header ?? {}))
    headers.set(name, String(value));
  const status = overridden(rendering?.response.status) ?? mapping.status;
  if (!headers.has('content-type') && status !== 204 && status !== 304)
    headers.set('Content-Type', mediaType);
  call.request.trace.add('apigateway', 'integration.response-mapped', {
    selector,
    status,
    ...(pattern !== undefined && { pattern }),
  });
  const sent = rendering ? Buffer.from(rendering.text) : converted;
  return toGatewayResponse({ status, headers, body: sent }, call, 'mapped');
}

function matches(pattern: string, selector: string, call: Call): boolean {
  const result = new TemplatePattern(`^(?:${pattern})$`).test(selector);
  if (result !== 'too slow') return result;
  return reject(call, GATEWAY_ERRORS.internal, 'integration.pattern-too-slow', { pattern });
}

/** AWS ignores a status that is not an integer from 100 to 599 (row AG-MT-04). */
function overridden(value: unknown): number | undefined {
  const status = Number(value);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

/** Chooses the template that the client accepts, else JSON, else the first (row AG-MT-07). */
function chooseTemplate(templates: Templates, accept: string | undefined) {
  const accepted = accept?.split(',')[0]?.split(';')[0]?.trim().toLowerCase();
  const all = [...templates];
  return (
    all.find(([type]) => type === accepted) ?? all.find(([type]) => type === 'application/json') ?? all[0]
  );
}
