import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import type { HeaderList } from '../../../../http/header-list';
import type { Request, Response } from '../../../../http/message';
import type { EdgeFunction, FunctionRun } from './edge-function';
import { type Fields, toFields } from './event-fields';
import {
  circumstancesOf,
  type EventContext,
  parseReturned,
  toEvent,
  visibleHeaders,
  writeHeaders,
} from './function-event';
import { isHiddenFromFunctions, isReadOnlyInViewerResponse } from '../../model/header-rules';
import { isBodyless, ReturnedResponse, writeCookies } from './viewer-request';

/** Headers of the body's framing: they depend on the body, not on what the function returned. */
const FRAMING = ['Content-Length', 'Transfer-Encoding'];

/**
 * Runs the viewer-response function (row CFF-EV-07). The function does not see the body; it can replace it.
 *
 * @param request as CloudFront received it from the viewer
 * @throws FunctionExecutionError
 */
export async function runViewerResponse(
  edgeFunction: EdgeFunction,
  request: Request,
  response: Response,
  context: EventContext,
): Promise<{ readonly response: Response; readonly logs: FunctionRun['logs'] }> {
  const before = {
    headers: visibleHeaders(response.headers, 'set-cookie'),
    cookies: responseCookies(response.headers),
  };
  const event = {
    ...toEvent('viewer-response', context, request),
    response: {
      statusCode: response.status,
      statusDescription: STATUS_CODES[response.status] ?? '',
      ...before,
    },
  };
  const { value, logs } = await edgeFunction.run(event, circumstancesOf(request, context));
  const returned = parseReturned(ReturnedResponse, value, edgeFunction, 'a response');

  const headers = response.headers.filter(isHiddenFromFunctions);
  const change = { before: before.headers, after: returned.headers };
  writeHeaders(headers, change, isReadOnlyInViewerResponse, edgeFunction.name);
  writeCookies(headers, { before: before.cookies, after: returned.cookies }, edgeFunction.name);
  for (const name of FRAMING) headers.delete(name);
  const changed = { status: returned.statusCode, headers };
  if (isBodyless(returned.statusCode)) {
    drop(response);
    return { response: { ...changed, body: undefined }, logs };
  }
  if (returned.body !== undefined) {
    drop(response);
    headers.append('Content-Length', String(returned.body.length));
    return { response: { ...changed, body: returned.body }, logs };
  }
  for (const name of FRAMING) {
    for (const framing of response.headers.getAll(name)) headers.append(name, framing);
  }
  return { response: { ...changed, body: response.body }, logs };
}

function drop({ body }: Response): void {
  if (body instanceof Readable) body.destroy();
}

function responseCookies(headers: HeaderList): Fields {
  return toFields(
    headers.getAll('set-cookie').map((line) => {
      const [pair = '', ...attributes] = line.split(';');
      const mark = pair.indexOf('=');
      const [name, value] = mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
      return attributes.length === 0
        ? ([name.trim(), value.trim()] as const)
        : ([name.trim(), value.trim(), attributes.join(';').trim()] as const);
    }),
  );
}
