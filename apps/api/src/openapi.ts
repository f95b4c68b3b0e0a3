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
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { otherMethods } from './error-handler';

const requestId = { 'X-Request-Id': header('Include it when you contact support') };

/** Error responses. Public operations have no 401 and 403. */
const PROBLEMS = {
  400: problem('The request does not match the schema'),
  401: problem('The access token is missing, not valid or expired', {
    'WWW-Authenticate': header('RFC 6750'),
  }),
  403: problem('The access token does not have the scope, or the user is not in the group'),
  404: problem("Not found; also if the resource is another user's"),
  405: problem('The path does not support this method', { Allow: header('Supported methods') }),
  413: problem('The body is too large'),
  415: problem('The body is not JSON in UTF-8'),
  500: problem('Internal error'),
  503: problem('Temporarily unavailable', { 'Retry-After': header('Seconds to wait') }),
};

/** `/api/openapi.json`: describes all operations. */
export function openApiRouter(): Router {
  const document = createOpenApiDocument([getHealth, getReady, ...API_OPERATIONS]);
  const router = Router();
  router
    .route(OPENAPI_PATH)
    .get((_req, res) => {
      res.json(document);
    })
    .all(otherMethods);
  return router;
}

/** Creates an OpenAPI 3.1 document from the schemas of operations. */
export function createOpenApiDocument(operations: readonly Operation[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(operation),
    };
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Greeting API',
      version: '1.0.0',
      description: 'Errors are problem details (RFC 9457). All GET operations also support HEAD.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem },
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

function describe({ id, summary, access, params, query, body, status, response }: Operation) {
  const { 401: unauthorized, 403: forbidden, ...problems } = PROBLEMS;
  const isPublic = access === 'public';
  return {
    operationId: id,
    summary,
    ...(typeof access === 'object' ? { description: `For members of the group ${access.group}.` } : {}),
    security: isPublic ? [] : [{ accessToken: [] }],
    requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) },
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      [status]: {
        description: 'Success',
        headers: requestId,
        ...(response ? { content: { 'application/json': { schema: response } } } : {}),
      },
      ...problems,
      ...(isPublic ? {} : { 401: unauthorized, 403: forbidden }),
    },
  } satisfies ZodOpenApiOperationObject;
}

function header(description: string) {
  return { description, required: true, schema: { type: 'string' as const } };
}

function problem(description: string, headers: Readonly<Record<string, ReturnType<typeof header>>> = {}) {
  return {
    description,
    headers: { ...requestId, ...headers },
    content: { [PROBLEM_CONTENT_TYPE]: { schema: Problem } },
  };
}
