import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import type { HeaderChange } from '../../../trace/trace';
import type { Call } from '../model/call';
import type { GatewayError } from '../model/gateway-error';
import type { GatewayResponseSettings } from '../model/gateway-response';
import { resolveSource } from '../model/parameter-mapping';
import { render } from '../model/variables';

/** Responds with an error: as set for its type, else as set for its class, else AWS's default. */
export function gatewayResponse(error: GatewayError, call: Call): Response {
  const { gatewayResponses } = call.api;
  const settings =
    error.type &&
    (gatewayResponses.get(error.type) ??
      gatewayResponses.get(error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'));
  const [mediaType = 'application/json', template] =
    chooseTemplate(settings, call.request.headers.get('accept')) ?? [];
  const body = Buffer.from(
    template === undefined
      ? `{"${error.member}":${error.isRuntime ? ' ' : ''}${JSON.stringify(error.message)}}`
      : render(template, call, ''),
  );
  const status = settings?.status ?? error.status;
  const headers = new HeaderList([
    ['Date', new Date().toUTCString()],
    ['Content-Type', mediaType],
    ['Content-Length', String(body.length)],
    ['x-amzn-RequestId', call.requestId],
    ['x-amzn-ErrorType', error.errorType],
    ['x-amz-apigw-id', call.extendedRequestId],
  ]);
  const changes: HeaderChange[] = [];
  for (const [name, source] of settings?.headers ?? []) {
    const value = resolveSource(source, call);
    if (value === undefined) continue;
    headers.set(name, value);
    const by = `gateway response ${settings?.responseType ?? ''}`;
    changes.push({ on: 'response', op: 'set', name, value, by });
  }
  const sent = {
    status,
    ...(error.type && { type: error.type }),
    ...(settings && { customizedBy: settings.responseType }),
  };
  const details = changes.length > 0 ? { headers: changes } : {};
  call.request.trace.add('apigateway', 'gateway-response.sent', sent, details);
  return { status, headers, body };
}

/** Returns the first media type that the client accepts and the API has, else JSON, else any. */
function chooseTemplate(
  settings: GatewayResponseSettings | undefined,
  accept: string | undefined,
): readonly [string, string] | undefined {
  const templates = settings?.templates ?? [];
  const accepted = (accept ?? '').split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  return (
    templates.find(([type]) => accepted.includes(type.toLowerCase())) ??
    templates.find(([type]) => type === 'application/json') ??
    templates[0]
  );
}
