import { TemplatePattern } from '@spa-on-aws/cloudformation';
import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { type MockIntegration, statusIn } from '../model/mock-integration';
import { resolveSource } from '../model/parameter-mapping';
import { render } from '../model/variables';
import { reject } from './call';
import { toGatewayHeaders } from './integration-headers';

/** Responds with a mock integration. @throws CallRejectedError without a template or response for the request */
export function respondFromMock(
  integration: MockIntegration,
  call: Call,
  body: Buffer | undefined,
): Response {
  const { status, headers, body: text } = select(integration, call, body);
  const { headers: gatewayHeaders } = toGatewayHeaders(headers, call);
  if (text) gatewayHeaders.set('Content-Type', 'application/json').set('Content-Length', String(text.length));
  call.integration = { status: 200, latencyMs: 0 };
  call.request.trace.add('apigateway', 'mock.responded', { status });
  return { status, headers: gatewayHeaders, body: text };
}

function select(
  { chosenStatuses, rejectsOtherTypes, responses }: MockIntegration,
  call: Call,
  body: Buffer | undefined,
): { status: number; headers: HeaderList; body: Buffer | undefined } {
  const { headers: requestHeaders } = call.request;
  const mediaType = requestHeaders.get('content-type')?.split(';')[0]?.trim() ?? 'application/json';
  const hasTemplate = chosenStatuses.has(mediaType);
  if (rejectsOtherTypes && !hasTemplate) {
    const { unsupportedMediaType } = GATEWAY_ERRORS;
    return reject(call, unsupportedMediaType, 'mock.media-type-unsupported', { mediaType });
  }
  const chosen = hasTemplate ? chosenStatuses.get(mediaType) : statusIn(body?.toString() ?? '');
  const response =
    chosen === undefined
      ? undefined
      : (responses.find(
          ({ selectionPattern: pattern }) =>
            pattern !== undefined && new TemplatePattern(`^(?:${pattern})$`).test(chosen) === true,
        ) ?? responses.find(({ selectionPattern }) => selectionPattern === undefined));
  if (!response) return reject(call, GATEWAY_ERRORS.internal, 'mock.response-missing', { status: chosen });
  const headers = new HeaderList();
  for (const [name, source] of response.headers) {
    const value = resolveSource(source, call);
    if (value !== undefined) headers.set(name, value);
  }
  const { status, template } = response;
  if (template && 'echoedOrigins' in template) {
    const origin = requestHeaders.get('origin');
    if (origin !== undefined && template.echoedOrigins.includes(origin))
      headers.set('Access-Control-Allow-Origin', origin);
  }
  if (status === 204) return { status, headers, body: undefined };
  return {
    status,
    headers,
    body: Buffer.from(template && 'body' in template ? render(template.body, call, '') : ''),
  };
}
