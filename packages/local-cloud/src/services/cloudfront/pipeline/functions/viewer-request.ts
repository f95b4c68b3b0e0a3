import { z } from 'zod';
import { HeaderList } from '../../../../http/header-list';
import { type Request, requestTarget } from '../../../../http/message';
import type { EdgeFunction, FunctionRun } from './edge-function';
import { type Fields, FieldsSchema, isUnchanged, valuesOf } from './event-fields';
import {
  BodySchema,
  circumstancesOf,
  type EventContext,
  type EventRequest,
  invalidResult,
  onTheWire,
  parseReturned,
  toEvent,
  writeHeaders,
} from './function-event';
import { isHiddenFromFunctions, isReadOnlyInViewerRequest } from '../../model/header-rules';

/** A response that a function returned in place of a request. */
export interface FunctionResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
}

/** Result of a viewer-request function: the request that goes on, or a response in place of it. */
export type ViewerRequestOutcome = { readonly logs: FunctionRun['logs'] } & (
  { readonly request: Request } | { readonly response: FunctionResponse }
);

const ReturnedRequest = z.object({
  method: z.string().optional(),
  uri: z
    .string()
    .startsWith('/', 'must start with a slash')
    .regex(/^[^?#]*$/, 'must have no query'),
  querystring: z.union([FieldsSchema, z.string()]).default({}),
  headers: FieldsSchema.default({}),
  cookies: FieldsSchema.default({}),
});

export const ReturnedResponse = z.object({
  statusCode: z.int().min(200).max(599),
  statusDescription: z.string().optional(),
  headers: FieldsSchema.default({}),
  cookies: FieldsSchema.default({}),
  body: BodySchema,
});

const MAX_URL_BYTES = 8_192;

/** @throws FunctionExecutionError */
export async function runViewerRequest(
  edgeFunction: EdgeFunction,
  request: Request,
  context: EventContext,
): Promise<ViewerRequestOutcome> {
  const event = toEvent('viewer-request', context, request);
  const { value: returned, logs } = await edgeFunction.run(event, circumstancesOf(request, context));
  if (typeof returned === 'object' && returned !== null && 'statusCode' in returned) {
    return { response: toResponse(returned, edgeFunction), logs };
  }
  return { request: toRequest(request, event.request, returned, edgeFunction), logs };
}

function toRequest(
  request: Request,
  before: EventRequest,
  returned: unknown,
  edgeFunction: EdgeFunction,
): Request {
  const after = parseReturned(ReturnedRequest, returned, edgeFunction, 'a request or a response');
  if (after.method !== undefined && after.method !== before.method) {
    invalidResult(edgeFunction.name, `changed the method to ${after.method}, which is read-only`);
  }
  const path = after.uri === before.uri ? request.path : percentEncoded(after.uri);
  const given = returned as Partial<EventRequest>;
  const query = isUnchanged(before.querystring, given.querystring)
    ? request.query
    : toQuery(before.querystring, after.querystring, edgeFunction);
  if (Buffer.byteLength(requestTarget(path, query)) >= MAX_URL_BYTES) {
    invalidResult(edgeFunction.name, `returned a URL of ${MAX_URL_BYTES} bytes or more`);
  }
  const headers = request.headers.filter(isHiddenFromFunctions);
  const change = { before: before.headers, after: after.headers };
  writeHeaders(headers, change, isReadOnlyInViewerRequest, edgeFunction.name);
  if (isUnchanged(before.cookies, given.cookies)) {
    for (const value of request.headers.getAll('cookie')) headers.append('Cookie', value);
  } else {
    const cookies = Object.entries(after.cookies).flatMap(([name, field]) =>
      valuesOf(before.cookies[name], field).map(({ value }) => `${name}=${value}`),
    );
    if (cookies.length > 0)
      headers.append('Cookie', onTheWire('a cookie', cookies.join('; '), edgeFunction.name));
  }
  return { ...request, path, query, headers };
}

/** Returns the query that a function returned, in UTF-8 (row CFF-EV-03). */
function toQuery(before: Fields, after: Fields | string, { name: functionName }: EdgeFunction): string {
  const query =
    typeof after === 'string'
      ? after
      : Object.entries(after)
          .flatMap(([name, field]) =>
            valuesOf(before[name], field).map(({ value }) => (value === '' ? name : `${name}=${value}`)),
          )
          .join('&');
  if (/[\0-\x20\x7f#]/.test(query)) {
    invalidResult(
      functionName,
      'returned a space, a control character or # in the query; it must be percent-encoded',
    );
  }
  return percentEncoded(query);
}

/** Percent-encodes the characters that a request line cannot contain, as UTF-8. */
function percentEncoded(text: string): string {
  const wellFormed = Buffer.from(text).toString();
  return wellFormed.replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}

function toResponse(returned: object, edgeFunction: EdgeFunction): FunctionResponse {
  const response = parseReturned(ReturnedResponse, returned, edgeFunction, 'a response');
  const headers = new HeaderList();
  writeHeaders(headers, { before: {}, after: response.headers }, () => false, edgeFunction.name);
  writeCookies(headers, { before: {}, after: response.cookies }, edgeFunction.name);
  headers.delete('transfer-encoding');
  const body = isBodyless(response.statusCode) ? undefined : response.body;
  return { status: response.statusCode, headers, body };
}

export function isBodyless(status: number): boolean {
  return status === 204 || status === 304;
}

/** Adds `Set-Cookie` for each cookie that a function returned. @throws FunctionExecutionError */
export function writeCookies(
  headers: HeaderList,
  { before, after }: { readonly before: Fields; readonly after: Fields },
  functionName: string,
): void {
  for (const [name, field] of Object.entries(after)) {
    for (const { value, attributes } of valuesOf(before[name], field)) {
      const cookie = attributes ? `${name}=${value}; ${attributes}` : `${name}=${value}`;
      headers.append('Set-Cookie', onTheWire('a cookie', cookie, functionName));
    }
  }
}
