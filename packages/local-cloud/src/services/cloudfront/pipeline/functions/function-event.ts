import { z } from 'zod';
import type { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import { type CallCircumstances, type EdgeFunction, FunctionExecutionError } from './edge-function';
import { type Fields, pairs, titleCase, toFields, valuesOf } from './event-fields';
import { isHiddenFromFunctions } from '../../model/header-rules';

/** What the event says of where it happens. */
export interface EventContext {
  readonly distributionDomainName: string;
  readonly distributionId: string;
  readonly requestId: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** An event of version 1.0, but for what a viewer-response adds. */
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

/** What a call of a function is told besides its event. */
export function circumstancesOf(request: Request, { now }: EventContext): CallCircumstances {
  return { rawQuery: request.query, ...(now ? { now } : {}) };
}

/** The function touched a header it may not touch; CloudFront answers 502 (rows CFF-HDR-01 and CFF-HDR-02). */
export class ForbiddenHeaderError extends Error {}

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

/** The headers that functions see, but for the one whose cookies stand apart (rows CFF-EV-01 and CFF-HDR-01). */
export function visibleHeaders(headers: HeaderList, cookieHeader: 'cookie' | 'set-cookie'): Fields {
  const visible = headers.filter((name) => name !== cookieHeader && !isHiddenFromFunctions(name));
  return toFields([...visible].map(([name, value]) => [name.toLowerCase(), value] as const));
}

/**
 * Puts the headers that a function returned into a message that holds those it does not see.
 *
 * @throws ForbiddenHeaderError when the function set a header it does not see, or changed one it may only read
 * @throws FunctionExecutionError when a name is not in lower case or cannot be one
 */
export function writeHeaders(
  target: HeaderList,
  { before, after }: { readonly before: Fields; readonly after: Fields },
  isReadOnly: (lowerCaseName: string) => boolean,
  functionName: string,
): void {
  for (const [name, field] of Object.entries(after)) {
    if (isHiddenFromFunctions(name.toLowerCase()))
      throw new ForbiddenHeaderError(`${functionName} set ${name}, which CloudFront keeps from functions.`);
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
      throw new FunctionExecutionError(
        `${functionName} returned the header ${JSON.stringify(name)}; names are tokens in lower case`,
      );
    }
    for (const { value } of valuesOf(before[name], field)) {
      target.append(titleCase(name), onTheWire(name, value, functionName));
    }
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!isReadOnly(name) || JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    const verb = !before[name] ? 'added' : !after[name] ? 'deleted' : 'changed';
    throw new ForbiddenHeaderError(`${functionName} ${verb} ${name}, which functions may only read.`);
  }
}

/**
 * A header's value as it can be sent: what a function gives beyond Latin-1 goes as UTF-8.
 *
 * @throws FunctionExecutionError for a control character, which would end the header
 */
export function onTheWire(name: string, value: string, functionName: string): string {
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw new FunctionExecutionError(`${functionName} returned a control character in ${name}`);
  }
  return /[^\0-\xff]/.test(value) ? Buffer.from(value).toString('latin1') : value;
}

/** The body of a response that a function returned: `undefined` when it says nothing of one (row CFF-EV-07). */
export const BodySchema = z
  .union([
    z.string().transform((data) => ({ encoding: 'text' as const, data })),
    z.object({ encoding: z.enum(['text', 'base64']).default('text'), data: z.string() }),
  ])
  .refine(({ encoding, data }) => encoding === 'text' || /^[A-Za-z0-9+/]*={0,2}$/.test(data), {
    error: 'is not valid base64',
  })
  .transform(({ encoding, data }) => Buffer.from(data, encoding === 'base64' ? 'base64' : 'utf8'))
  .optional();

/** What a function returned, as the shape that it must have. @throws FunctionExecutionError (row CFF-ERR-03) */
export function parseReturned<Schema extends z.ZodType>(
  schema: Schema,
  returned: unknown,
  { name }: EdgeFunction,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(returned);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new FunctionExecutionError(`${name} did not return ${what} (${faults.join('; ')})`);
}
