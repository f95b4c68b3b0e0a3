import { Problem, PROBLEM_CONTENT_TYPE, type Operation } from '@spa-on-aws/shared-types';
import * as z from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** What every operation may be answered with, and what each of these means. */
const PROBLEMS = {
  400: 'What was sent is not well-formed, or not what the schema allows',
  405: 'The path takes other methods: Allow names them',
  413: 'The body is too large',
  415: 'A body of another kind, or where none is taken',
  500: 'The API failed',
  503: 'Try again: Retry-After says when',
} as const;

/** And what else, where a token is needed. */
const PROBLEMS_OF_ACCESS = {
  401: 'No good access token came with the request',
  403: 'The access token lacks the scope',
  404: 'Nothing of the caller’s is at this path',
} as const;

const HEADERS_OF_PROBLEMS: Readonly<Record<string, readonly [name: string, description: string]>> = {
  401: ['WWW-Authenticate', 'RFC 6750'],
  403: ['WWW-Authenticate', 'RFC 6750'],
  405: ['Allow', 'The methods that the path takes'],
  503: ['Retry-After', 'Seconds'],
};

const REQUEST_ID = {
  'X-Request-Id': {
    description: 'To quote when asking for help',
    required: true,
    schema: { type: 'string' },
  },
};

/**
 * Describes operations as OpenAPI 3.1, all of it made from their schemas.
 *
 * @param scope that tokens need, if they are looked at
 */
export function openApiOf(operations: readonly Operation[], scope = ''): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation, scope);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Greeting API',
      version: '1.0.0',
      description: 'Errors are problem details (RFC 9457). HEAD is answered wherever GET is.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem) },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token' },
      },
    },
  };
}

function describe(operation: Operation, scope: string): Json {
  const { id, summary, params, query, body, status, answer } = operation;
  const isOpen = !operation.path.startsWith('/api/');
  return {
    operationId: id,
    summary,
    security: isOpen ? [] : [{ accessToken: scope === '' ? [] : [scope] }],
    ...(params || query
      ? { parameters: [...parametersOf('path', params), ...parametersOf('query', query)] }
      : {}),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: inputOf(body) } } } }
      : {}),
    responses: {
      [status]: {
        description: 'It went well',
        headers: REQUEST_ID,
        ...(answer ? { content: { 'application/json': { schema: schemaOf(answer) } } } : {}),
      },
      ...problemsOf(PROBLEMS),
      ...(isOpen ? {} : problemsOf(PROBLEMS_OF_ACCESS)),
    },
  };
}

function problemsOf(problems: Readonly<Record<number, string>>): Json {
  return Object.fromEntries(
    Object.entries(problems).map(([status, description]) => [
      status,
      {
        description,
        headers: { ...REQUEST_ID, ...headerOf(HEADERS_OF_PROBLEMS[status]) },
        content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function headerOf(header: readonly [string, string] | undefined): Json {
  return header
    ? { [header[0]]: { description: header[1], required: true, schema: { type: 'string' } } }
    : {};
}

function parametersOf(place: 'path' | 'query', schema: Operation['query']): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, value]) => ({
    name,
    in: place,
    required: (value as z.core.$ZodType)._zod.optin === undefined,
    schema: schemaOf(value as z.core.$ZodType),
  }));
}

/** JSON Schema (draft 2020-12, which is OpenAPI 3.1's) of what comes out of a schema. */
function schemaOf(schema: z.core.$ZodType): Json {
  return jsonSchema(schema, 'output');
}

/** JSON Schema of what goes into a schema. */
function inputOf(schema: z.core.$ZodType): Json {
  return jsonSchema(schema, 'input');
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const json = z.toJSONSchema(schema, { io });
  // The document says it once for all.
  delete json.$schema;
  return json as Json;
}
