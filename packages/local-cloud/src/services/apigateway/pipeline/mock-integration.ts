import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { type MockIntegration, statusIn } from '../model/mock-integration';
import { reject } from './call';
import { mapRequest } from './mapped-request';
import { mapResponse } from './mapped-response';

/** Responds with a mock integration: its request template chooses the status. @throws CallRejectedError */
export async function respondFromMock(
  { mapping }: MockIntegration,
  call: Call,
  body: Buffer | undefined,
): Promise<Response> {
  const status = statusIn(mapRequest(mapping.request, call, body).body?.toString() ?? '');
  if (status === undefined) return reject(call, GATEWAY_ERRORS.internal, 'mock.status-missing', {});
  call.integration = { status: Number(status), latencyMs: 0 };
  call.request.trace.add('apigateway', 'mock.responded', { status: Number(status) });
  const empty = { status: Number(status), headers: new HeaderList(), body: undefined };
  return mapResponse(mapping.responses, call, empty, status);
}
