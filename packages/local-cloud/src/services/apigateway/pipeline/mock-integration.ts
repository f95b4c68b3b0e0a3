import { TemplatePattern } from '@spa-on-aws/cloudformation';
import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { MappingTemplate } from '../model/mapping-template';
import { type MockIntegration, statusIn } from '../model/mock-integration';
import { resolveSource } from '../model/parameter-mapping';
import { reject } from './call';
import { toGatewayHeaders } from './integration-headers';
import { MappingTemplateError, renderTemplate } from './mapping-template';

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
  { requestTemplates, rejectsOtherTypes, responses }: MockIntegration,
  call: Call,
  body: Buffer | undefined,
): { status: number; headers: HeaderList; body: Buffer | undefined } {
  const { headers: requestHeaders } = call.request;
  const mediaType = requestHeaders.get('content-type')?.split(';')[0]?.trim() ?? 'application/json';
  const requestTemplate = requestTemplates.get(mediaType);
  if (rejectsOtherTypes && !requestTemplate) {
    const { unsupportedMediaType } = GATEWAY_ERRORS;
    return reject(call, unsupportedMediaType, 'mock.media-type-unsupported', { mediaType });
  }
  const sent = body?.toString() ?? '';
  const chosen = statusIn(requestTemplate ? rendered(requestTemplate, call, sent).text : sent);
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
  if (!response.template) return { status: response.status, headers, body: bodyOf(response.status, '') };
  const { text, override } = rendered(response.template, call, '');
  for (const [name, value] of Object.entries(override.header)) headers.set(name, String(value));
  const status = override.status === undefined ? response.status : statusOf(call, override.status);
  return { status, headers, body: bodyOf(status, text) };
}

function bodyOf(status: number, text: string): Buffer | undefined {
  return status === 204 ? undefined : Buffer.from(text);
}

function statusOf(call: Call, value: unknown): number {
  const status = Number(value);
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  const reason = `$context.responseOverride.status is ${String(value)}`;
  return reject(call, GATEWAY_ERRORS.internal, 'integration.template-failed', { reason });
}

function rendered(template: MappingTemplate, call: Call, body: string): ReturnType<typeof renderTemplate> {
  try {
    return renderTemplate(template, call, body);
  } catch (error) {
    if (!(error instanceof MappingTemplateError)) throw error;
    const { message: reason } = error;
    return reject(call, GATEWAY_ERRORS.internal, 'integration.template-failed', { reason });
  }
}
