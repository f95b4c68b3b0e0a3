import { OPENAPI_PATH, type Operation, Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { type OperationRoute, route } from '../http/operation-routes';

type Json = Readonly<Record<string, unknown>>;

/** Errors of every operation. */
const COMMON_PROBLEMS = {
  400: 'The request is malformed or does not match the schema',
  405: 'The path does not support this method',
  413: 'The body is too large',
  415: 'The body is not JSON in UTF-8, or the operation has no body',
  500: 'Internal error',
  503: 'Temporarily unavailable; retry later',
} as const;

/** Additional errors of operations that require a token. */
const ACCESS_PROBLEMS = {
  401: 'The access token is missing, not valid or expired',
  403: 'The access token does not have the scope',
  404: 'Not found; also if the resource belongs to another user',
} as const;

const PROBLEM_HEADERS: Readonly<Record<string, Json>> = {
  401: header('WWW-Authenticate', 'RFC 6750'),
  403: header('WWW-Authenticate', 'RFC 6750'),
  405: header('Allow', 'Supported methods'),
  503: header('Retry-After', 'Seconds to wait'),
};

const REQUEST_ID = header('X-Request-Id', 'Request id; include it when you contact support');

/** `GET /api/openapi.json` */
const getOpenApi = {
  id: 'getOpenApi',
  method: 'GET',
  path: OPENAPI_PATH,
  summary: 'Returns this document',
  status: 200,
  response: mini.record(mini.string(), mini.unknown()),
} as const satisfies Operation;

/** `/api/openapi.json`: describes the operations, and itself. */
export function openApiRoute(operations: readonly Operation[]): OperationRoute {
  let document: Record<string, unknown> | undefined;
  return route(getOpenApi, () => (document ??= createOpenApiDocument([...operations, getOpenApi])));
}

/** Creates an OpenAPI 3.1 document from the schemas of operations. */
export function createOpenApiDocument(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Greeting API',
      version: '1.0.0',
      description: 'Errors are problem details (RFC 9457). All GET operations also support HEAD.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(Problem, 'output') },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token' },
      },
    },
  };
}

function describe({ id, summary, path, params, query, body, status, response }: Operation): Json {
  const isPublic = !path.startsWith('/api/');
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  const problems = { ...COMMON_PROBLEMS, ...(isPublic ? {} : ACCESS_PROBLEMS) };
  return {
    operationId: id,
    summary,
    security: isPublic ? [] : [{ accessToken: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: jsonContent(body, 'input') } } : {}),
    responses: {
      [status]: {
        description: 'Success',
        headers: REQUEST_ID,
        ...(response ? { content: jsonContent(response, 'output') } : {}),
      },
      ...Object.fromEntries(Object.entries(problems).map(problemResponse)),
    },
  };
}

function problemResponse([status, description]: [string, string]): [string, Json] {
  const headers = { ...REQUEST_ID, ...PROBLEM_HEADERS[status] };
  const content = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return [status, { description, headers, content }];
}

function header(name: string, description: string): Json {
  return { [name]: { description, required: true, schema: { type: 'string' } } };
}

function parametersOf(location: 'path' | 'query', schema: Operation['query']): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, value]) => ({
    name,
    in: location,
    required: (value as z.core.$ZodType)._zod.optin === undefined,
    schema: jsonSchema(value as z.core.$ZodType, 'output'),
  }));
}

function jsonContent(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

/** Returns the JSON Schema, draft 2020-12 as in OpenAPI 3.1, of the input or output of a schema. */
function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const json = z.toJSONSchema(schema, { io });
  // OpenAPI has one $schema for the whole document.
  delete json.$schema;
  return json as Json;
}
