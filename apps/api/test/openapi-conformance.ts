import type { RequestListener } from 'node:http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { API_OPERATIONS, getHealth, getReady } from '@spa-on-aws/shared-types';
import { createOpenApiDocument } from '../src/openapi';

interface ResponseObject {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface OpenApiDocument {
  readonly paths: Readonly<
    Record<string, Record<string, { readonly responses: Readonly<Record<string, ResponseObject>> }>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const DOCUMENT = createOpenApiDocument([
  getHealth,
  getReady,
  ...API_OPERATIONS,
]) as unknown as OpenApiDocument;

const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': true } });
ajv.addKeyword('components').addSchema({ $id: 'openapi', components: DOCUMENT.components });

const validators = new Map<object, ValidateFunction>();

function validate(schema: object, value: unknown): string[] {
  let validator = validators.get(schema);
  if (validator === undefined) {
    const resolved = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'));
    validators.set(schema, (validator = ajv.compile(resolved)));
  }
  return validator(value) ? [] : [ajv.errorsText(validator.errors)];
}

/** A path of the description, and what matches it in a URL. */
const PATTERNS = Object.keys(DOCUMENT.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
}));

/**
 * Compares all responses of an app with the OpenAPI description: status, headers, media type and body. A response to a
 * path that is not described must be problem details.
 *
 * @param violations receives the differences; complete when the test ends
 * @param pathPrefix stage prefix that the app removes
 * @returns a listener that calls the app
 */
export function checkConformance(
  app: RequestListener,
  violations: string[],
  pathPrefix = '',
): RequestListener {
  return function checkedApp(request, response) {
    const { method = '', url = '' } = request;
    const [target = ''] = url.split('?');
    const pathname = target.startsWith(`${pathPrefix}/`) ? target.slice(pathPrefix.length) : target;
    const route = PATTERNS.find(({ pattern }) => pattern.test(pathname))?.path;
    const end = response.end.bind(response);
    response.end = ((body?: unknown, ...rest: never[]) => {
      const headers = new Headers(response.getHeaders() as Record<string, string>);
      const place = `${method} ${url} (${route ?? 'no route'}) → ${response.statusCode}`;
      const found = violationsOf(method, route, response.statusCode, headers, body);
      violations.push(...found.map((violation) => `${place}: ${violation}`));
      return end(body as never, ...rest);
    }) as never;
    app(request, response);
  };
}

function violationsOf(
  method: string,
  route: string | undefined,
  status: number,
  headers: Headers,
  body: unknown,
): string[] {
  const operations = route === undefined ? undefined : DOCUMENT.paths[route];
  if (route !== undefined && operations === undefined) return ['the path is not described'];
  // An unsupported method has no description. Any other operation of the path describes the same 405.
  const operation =
    operations?.[(method === 'HEAD' ? 'GET' : method).toLowerCase()] ?? Object.values(operations ?? {})[0];
  const described = operation
    ? operation.responses[status]
    : { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  if (described === undefined) return ['the status is not described'];
  const missing = Object.entries(described.headers ?? {})
    .filter(([name, { required }]) => required && !headers.has(name))
    .map(([name]) => `the header ${name} is missing`);
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  if (described.content === undefined) {
    return [...missing, ...(body === undefined ? [] : ['the response has a body'])];
  }
  const media = described.content[type];
  if (media === undefined) return [...missing, `the media type is ${type}`];
  if (method === 'HEAD') return missing;
  return [...missing, ...validate(media.schema, JSON.parse(String(body)))];
}
