import {
  API_OPERATIONS,
  getHealth,
  getReady,
  OPENAPI_PATH,
  type Operation,
  Problem,
  PROBLEM_CONTENT_TYPE,
} from '@spa-on-aws/shared-types';
import { Router } from 'express';
import * as z from 'zod';
import { methodNotAllowed } from './error-handler';

type Json = Readonly<Record<string, unknown>>;

/** Errors of every operation. */
const PROBLEMS = {
  400: 'The request does not match the schema',
  404: "Not found; also if the resource is another user's",
  405: 'The path does not support this method',
  413: 'The body is too large',
  415: 'The body is not JSON in UTF-8',
  500: 'Internal error',
  503: 'Temporarily unavailable; retry later',
} as const;

/** Additional errors of operations that are not public. */
const ACCESS_PROBLEMS = {
  401: 'The access token is missing, not valid or expired',
  403: 'The access token does not have the scope, or the user is not in the group',
} as const;

const HEADERS = {
  401: header('WWW-Authenticate', 'RFC 6750'),
  405: header('Allow', 'Supported methods'),
  503: header('Retry-After', 'Seconds to wait'),
} as Readonly<Record<string, Json>>;

const REQUEST_ID = header('X-Request-Id', 'Request id; include it when you contact support');

/** `/api/openapi.json`: describes all operations. */
export function openApiRouter(): Router {
  const document = createOpenApiDocument([getHealth, getReady, ...API_OPERATIONS]);
  const router = Router();
  router
    .route(OPENAPI_PATH)
    .get((_req, res) => {
      res.json(document);
    })
    .all(methodNotAllowed);
  return router;
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

function describe({ id, summary, access, params, query, body, status, response }: Operation): Json {
  const isPublic = access === 'public';
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  const problems = { ...PROBLEMS, ...(isPublic ? {} : ACCESS_PROBLEMS) };
  return {
    operationId: id,
    summary,
    ...(typeof access === 'object' ? { description: `For members of the group ${access.group}.` } : {}),
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
  const content = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return [status, { description, headers: { ...REQUEST_ID, ...HEADERS[status] }, content }];
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
