import { z } from 'zod';
import { HeaderList } from '../http/header-list';
import type { Request } from '../http/message';
import { type EdgeFunction, FunctionExecutionError } from './edge-function';
import { isHiddenFromFunctions, isReadOnlyInViewerRequest } from './header-rules';

/** The function touched a header it may not touch; CloudFront answers 502 (rows CFF-HDR-01 and CFF-HDR-02). */
export class ForbiddenHeaderError extends Error {}

/** A response that a function made instead of the origin. */
export interface FunctionResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
}

const Field = z.object({
  value: z.string(),
  multiValue: z.array(z.object({ value: z.string() })).optional(),
});
type Field = z.output<typeof Field>;
const Fields = z.record(z.string(), Field);

const ReturnedRequest = z.object({
  uri: z.string().startsWith('/'),
  querystring: z.union([Fields, z.string()]).default({}),
  headers: Fields.default({}),
  cookies: Fields.default({}),
});

const ReturnedResponse = z.object({
  statusCode: z.int().min(200).max(599),
  headers: Fields.default({}),
  cookies: z
    .record(z.string(), z.object({ value: z.string(), attributes: z.string().optional() }))
    .default({}),
  body: z
    .union([
      z.string().transform((data) => Buffer.from(data)),
      z
        .object({ encoding: z.enum(['text', 'base64']).default('text'), data: z.string() })
        .transform(({ encoding, data }) => Buffer.from(data, encoding === 'base64' ? 'base64' : 'utf8')),
    ])
    .optional(),
});

/** What the event says of where it happens. */
export interface EventContext {
  readonly distributionDomainName: string;
  readonly distributionId: string;
  readonly requestId: string;
}

/**
 * Runs the viewer-request function of a behavior.
 *
 * @returns the request as the function changed it, or the response it gave instead
 * @throws FunctionExecutionError ForbiddenHeaderError
 */
export function runViewerRequest(
  edgeFunction: EdgeFunction,
  request: Request,
  context: EventContext,
): { request: Request } | { response: FunctionResponse } {
  const visible = request.headers.filter((name) => name !== 'cookie' && !isHiddenFromFunctions(name));
  const headers = toFields([...visible].map(([name, value]) => [name.toLowerCase(), value]));
  const { value: returned, logs } = edgeFunction.run({
    version: '1.0',
    context: { ...context, eventType: 'viewer-request' },
    viewer: { ip: request.clientIp },
    request: {
      method: request.method,
      uri: request.path,
      querystring: toFields(pairs(request.query, '&')),
      headers,
      cookies: toFields(pairs(request.headers.get('cookie') ?? '', ';')),
    },
  });
  for (const line of logs) request.trace.add(edgeFunction.name, line);
  if (typeof returned === 'object' && returned !== null && 'statusCode' in returned) {
    return { response: toResponse(parse(ReturnedResponse, returned, edgeFunction.name)) };
  }
  const changed = parse(ReturnedRequest, returned, edgeFunction.name);
  const kept = request.headers.filter((name) => isHiddenFromFunctions(name));
  assertHeadersAllowed(headers, changed.headers);
  for (const [name, field] of Object.entries(changed.headers)) {
    for (const value of values(field)) kept.append(headerCase(name), value);
  }
  const cookies = Object.entries(changed.cookies).flatMap(([name, field]) =>
    values(field).map((value) => `${name}=${value}`),
  );
  if (cookies.length > 0) kept.set('Cookie', cookies.join('; '));
  return { request: { ...request, path: changed.uri, query: toQuery(changed.querystring), headers: kept } };
}

function parse<Schema extends z.ZodType>(schema: Schema, returned: unknown, name: string): z.output<Schema> {
  const result = schema.safeParse(returned);
  if (result.success) return result.data;
  throw new FunctionExecutionError(
    `${name} returned neither a request nor a response: ${z.prettifyError(result.error)}`,
  );
}

function* pairs(text: string, separator: string): Generator<[string, string]> {
  for (const part of text.split(separator)) {
    if (part.trim() === '') continue;
    const mark = part.indexOf('=');
    yield mark < 0 ? [part.trim(), ''] : [part.slice(0, mark).trim(), part.slice(mark + 1)];
  }
}

/** Repeated names collapse to the first value and the list of all (row CFF-EV-02). */
function toFields(entries: Iterable<readonly [string, string]>): Record<string, Field> {
  const fields: Record<string, Field> = {};
  for (const [name, value] of entries) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field)
      Object.defineProperty(fields, name, { value: { value }, enumerable: true, configurable: true });
    else (field.multiValue ??= [{ value: field.value }]).push({ value });
  }
  return fields;
}

function values(field: Field): string[] {
  const [, ...others] = field.multiValue ?? [];
  return [field.value, ...others.map(({ value }) => value)];
}

function toQuery(querystring: Record<string, Field> | string): string {
  if (typeof querystring === 'string') return querystring;
  return Object.entries(querystring)
    .flatMap(([name, field]) => values(field).map((value) => (value === '' ? name : `${name}=${value}`)))
    .join('&');
}

function assertHeadersAllowed(before: Record<string, Field>, after: Record<string, Field>): void {
  for (const name of Object.keys(after)) {
    if (isHiddenFromFunctions(name.toLowerCase())) throw new ForbiddenHeaderError(`may not set ${name}`);
  }
  const same = (name: string): boolean => JSON.stringify(before[name]) === JSON.stringify(after[name]);
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (isReadOnlyInViewerRequest(name.toLowerCase()) && !same(name)) {
      throw new ForbiddenHeaderError(`may not change ${name}`);
    }
  }
}

/** CloudFront title-cases the names that a function hands on (row CFF-EV-01). */
function headerCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

function toResponse(returned: z.output<typeof ReturnedResponse>): FunctionResponse {
  const headers = new HeaderList();
  for (const [name, field] of Object.entries(returned.headers)) {
    if (isHiddenFromFunctions(name.toLowerCase())) throw new ForbiddenHeaderError(`may not set ${name}`);
    for (const value of values(field)) headers.append(name, value);
  }
  for (const [name, { value, attributes }] of Object.entries(returned.cookies)) {
    headers.append('Set-Cookie', attributes ? `${name}=${value}; ${attributes}` : `${name}=${value}`);
  }
  return { status: returned.statusCode, headers, body: returned.body };
}
