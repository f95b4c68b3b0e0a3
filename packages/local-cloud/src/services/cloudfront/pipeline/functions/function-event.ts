import { z } from 'zod';
import type { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import { type CallCircumstances, type EdgeFunction, FunctionExecutionError } from './edge-function';
import { type Fields, pairs, titleCase, toFields, valuesOf } from './event-fields';
import { isHiddenFromFunctions } from '../../model/header-rules';

export interface EventContext {
  readonly distributionDomainName: string;
  readonly distributionId: string;
  readonly requestId: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Returns an event of version 1.0, without the response of a viewer-response event. */
export function toEvent(
  eventType: 'viewer-request' | 'viewer-response',
  { distributionDomainName, distributionId, requestId }: EventContext,
  request: Request,
): { readonly request: EventRequest } & Readonly<Record<string, unknown>> {
  return {
    version: '1.0',
    context: { distributionDomainName, distributionId, eventType, requestId },
    viewer: { ip: request.clientIp },
    request: toEventRequest(request),
  };
}

export function circumstancesOf(request: Request, { now }: EventContext): CallCircumstances {
  return { rawQuery: request.query, ...(now ? { now } : {}) };
}

/** `event.request` of both events (rows CFF-EV-01 to CFF-EV-06). */
export interface EventRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: Fields;
  readonly headers: Fields;
  readonly cookies: Fields;
}

function toEventRequest(request: Request): EventRequest {
  return {
    method: request.method,
    uri: request.path,
    querystring: toFields(pairs(request.query, '&')),
    headers: visibleHeaders(request.headers, 'cookie'),
    cookies: toFields(pairs(request.headers.getAll('cookie').join(';'), ';')),
  };
}

/** Returns the headers that functions see, without the cookies, which have their own field (rows CFF-EV-01 and CFF-HDR-01). */
export function visibleHeaders(headers: HeaderList, cookieHeader: 'cookie' | 'set-cookie'): Fields {
  const visible = headers.filter((name) => name !== cookieHeader && !isHiddenFromFunctions(name));
  return toFields([...visible].map(([name, value]) => [name.toLowerCase(), value] as const));
}

/**
 * Adds the headers that a function returned to a message with the headers that functions do not see.
 * @throws FunctionExecutionError `forbidden-header` for a header that functions do not see or must not change
 * (rows CFF-HDR-01 and CFF-HDR-02), `invalid-result` when a name is not valid or not in lower case
 */
export function writeHeaders(
  target: HeaderList,
  { before, after }: { readonly before: Fields; readonly after: Fields },
  isReadOnly: (lowerCaseName: string) => boolean,
  functionName: string,
): void {
  for (const [name, field] of Object.entries(after)) {
    if (isHiddenFromFunctions(name.toLowerCase()))
      forbiddenHeader(functionName, `set ${name}, which functions cannot set.`);
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
      const shown = JSON.stringify(name);
      invalidResult(functionName, `returned the header ${shown}; names must be tokens in lower case`);
    }
    for (const { value } of valuesOf(before[name], field)) {
      target.append(titleCase(name), onTheWire(name, value, functionName));
    }
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!isReadOnly(name) || JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    const verb = !before[name] ? 'added' : !after[name] ? 'deleted' : 'changed';
    forbiddenHeader(functionName, `${verb} ${name}, which is read-only.`);
  }
}

/** @throws FunctionExecutionError `forbidden-header` */
function forbiddenHeader(functionName: string, detail: string): never {
  throw new FunctionExecutionError('forbidden-header', `${functionName} ${detail}`);
}

/** @throws FunctionExecutionError `invalid-result` */
export function invalidResult(functionName: string, detail: string): never {
  throw new FunctionExecutionError('invalid-result', `${functionName} ${detail}`);
}

/** Encodes the value of a header: characters beyond Latin-1 as UTF-8. @throws FunctionExecutionError for a control character */
export function onTheWire(name: string, value: string, functionName: string): string {
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value))
    invalidResult(functionName, `returned a control character in ${name}`);
  return /[^\0-\xff]/.test(value) ? Buffer.from(value).toString('latin1') : value;
}

/** Schema of the body of a response that a function returned; `undefined` when it has none (row CFF-EV-07). */
export const BodySchema = z
  .union([
    z.string().transform((data) => ({ encoding: 'text' as const, data })),
    z.object({ encoding: z.enum(['text', 'base64']).default('text'), data: z.string() }),
  ])
  .refine(({ encoding, data }) => encoding === 'text' || /^[A-Za-z0-9+/]*={0,2}$/.test(data), {
    error: 'must be valid base64',
  })
  .transform(({ encoding, data }) => Buffer.from(data, encoding === 'base64' ? 'base64' : 'utf8'))
  .optional();

/** Parses the result of a function. @throws FunctionExecutionError (row CFF-ERR-03) */
export function parseReturned<Schema extends z.ZodType>(
  schema: Schema,
  returned: unknown,
  { name }: EdgeFunction,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(returned);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'value'}: ${message}`);
  return invalidResult(name, `did not return ${what} (${faults.join('; ')})`);
}
