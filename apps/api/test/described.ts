import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { API_OPERATIONS, getHealth, getReady } from '@spa-on-aws/shared-types';
import { openApiRoutes } from '../src/openapi/routes';
import { openApiOf } from '../src/openapi/openapi';
import { recordOf } from '../src/http/request-record';

interface DescribedAnswer {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Described {
  readonly paths: Readonly<
    Record<string, Record<string, { readonly responses: Readonly<Record<string, DescribedAnswer>> }>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const OPERATIONS = [getHealth, getReady, ...API_OPERATIONS];

/** The API's description of itself. */
export const DESCRIPTION = openApiOf([
  ...OPERATIONS,
  ...openApiRoutes(OPERATIONS).map(({ operation }) => operation),
]) as unknown as Described;

const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': true } });
ajv.addKeyword('components').addSchema({ $id: 'described', components: DESCRIPTION.components });

const compiled = new Map<object, ValidateFunction>();

function faultsBySchema(schema: object, value: unknown): string[] {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const resolved = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"described#/'));
    compiled.set(schema, (validate = ajv.compile(resolved)));
  }
  return validate(value) ? [] : [ajv.errorsText(validate.errors)];
}

/**
 * Looks at every answer of a server whether the description has it: its status for the route, its headers, its media type
 * and its body by the schema. What no route has is a problem all the same.
 *
 * @returns what was found, to be looked at when the test is over
 */
export function compareWithDescription(server: Server): readonly string[] {
  const found: string[] = [];
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const end = response.end.bind(response);
    const writeHead = response.writeHead.bind(response);
    let headers = new Headers();
    response.writeHead = ((status: number, given: Record<string, string> = {}) => {
      headers = new Headers(given);
      return writeHead(status, given);
    }) as never;
    response.end = ((body?: unknown, ...rest: never[]) => {
      const { method = '', url } = request;
      const { route } = recordOf(response);
      const place = `${method} ${url} (${route ?? 'no route'}) → ${response.statusCode}`;
      const faults = faultsOf(method, route, response.statusCode, headers, body);
      found.push(...faults.map((fault) => `${place}: ${fault}`));
      return end(body as never, ...rest);
    }) as never;
  });
  return found;
}

function faultsOf(
  method: string,
  route: string | undefined,
  status: number,
  headers: Headers,
  body: unknown,
): string[] {
  const operations = route === undefined ? undefined : DESCRIPTION.paths[route];
  if (route !== undefined && operations === undefined) return ['the path is not described'];
  const asked = (method === 'HEAD' ? 'GET' : method).toLowerCase();
  // A method that the path does not take has no description of its own: any of the path's will do.
  const operation = operations?.[asked] ?? Object.values(operations ?? {})[0];
  const described = operation
    ? operation.responses[status]
    : { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  if (described === undefined) return ['the status is not described'];
  const missing = Object.entries(described.headers ?? {})
    .filter(([name, { required }]) => required && !headers.has(name))
    .map(([name]) => `${name} is missing`);
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  if (described.content === undefined) return [...missing, ...(body === undefined ? [] : ['it has a body'])];
  const media = described.content[type];
  if (media === undefined) return [...missing, `its media type is ${type}`];
  return [...missing, ...faultsBySchema(media.schema, JSON.parse(String(body)))];
}
