import {
  type ApiRequest,
  callApi,
  type InputOf,
  type Operation,
  Problem,
  PROBLEM_CONTENT_TYPE,
  type ResponseOf,
} from '@spa-on-aws/shared-types';
import {
  ApiStatusError,
  ApiTimeoutError,
  ApiUnreachableError,
  type ErrorDetails,
  NoAccessTokenError,
  NotAnApiPathError,
  UnexpectedResponseError,
  ApiError,
} from './errors';
import type { Api } from './api-context';

/** An operation with a path below `/api/` of this site. The access token is sent only to these paths. */
export type ApiOperation = Operation & { readonly path: `/api/${string}` };

/** Time limit of a request: slightly more than API Gateway's limit of 29 s. */
export const TIMEOUT_SECONDS = 30;

/**
 * Calls an operation of this site's API and returns its parsed response. Sends the access token if the user is signed in.
 *
 * @throws {NotAnApiPathError} when the path is outside `/api/`; nothing is sent
 * @throws {NoAccessTokenError} when the session could not be renewed; nothing is sent
 * @throws {ApiUnreachableError | ApiTimeoutError} when there is no response
 * @throws {ApiStatusError} when the response has an error status
 * @throws {UnexpectedResponseError} when the response does not match the schema of the operation
 */
export async function callOperation<O extends ApiOperation>(
  api: Api,
  operation: O,
  input: InputOf<O>,
  signal?: AbortSignal,
): Promise<ResponseOf<O>> {
  try {
    return await callApi((request) => send(api, request, signal), operation, input);
  } catch (cause) {
    if (cause instanceof ApiError || signal?.aborted) throw cause;
    throw new UnexpectedResponseError(`The response of ${operation.id} does not match its schema`, { cause });
  }
}

/** Sends a request. If the API does not accept the access token, renews it and sends the request once more. */
async function send(api: Api, request: ApiRequest, signal?: AbortSignal): Promise<unknown> {
  const url = apiUrl(request.path);
  const token = await api.accessToken().catch((cause: unknown) => {
    throw new NoAccessTokenError('The session could not be renewed', { cause });
  });
  try {
    return await sendOnce(url, token, request, signal);
  } catch (error) {
    if (token === undefined || !(error instanceof ApiStatusError) || error.details.status !== 401)
      throw error;
    const user = await api.signinSilent().catch(() => null);
    if (!user) throw error; // the user must log in again
    return sendOnce(url, user.access_token, request, signal);
  }
}

async function sendOnce(
  url: string,
  token: string | undefined,
  { method, body }: ApiRequest,
  signal?: AbortSignal,
): Promise<unknown> {
  const timeout = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    if (response.status === 204) return undefined;
    if (response.ok) return await response.json();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    if (timeout.aborted) throw new ApiTimeoutError('The API did not respond in time', { cause });
    if (cause instanceof SyntaxError) {
      throw new UnexpectedResponseError('The response is not JSON', { cause });
    }
    throw new ApiUnreachableError('The API could not be reached', { cause });
  }
  throw new ApiStatusError(await readErrorDetails(response));
}

/** Resolves the path. Also rejects paths that the type allows but that lead elsewhere, such as `/api/../other`. */
function apiUrl(path: string): string {
  const { origin } = window.location;
  const url = new URL(path, origin);
  if (url.origin !== origin || !url.pathname.startsWith('/api/')) {
    throw new NotAnApiPathError(
      `Cannot send the access token to "${path}". Use a path below /api/ on this site.`,
    );
  }
  return url.href;
}

async function readErrorDetails(response: Response): Promise<ErrorDetails> {
  const { status, headers } = response;
  // The status is enough when the body cannot be read.
  const body: unknown = await response.json().catch(() => undefined);
  const isProblem = headers.get('content-type')?.startsWith(PROBLEM_CONTENT_TYPE);
  const problem = isProblem ? Problem.safeParse(body).data : undefined;
  const seconds = parseInt(headers.get('retry-after') ?? '', 10);
  const message = gatewayMessage(body);
  return {
    status,
    source: problem ? 'api' : message === undefined ? 'unknown' : 'gateway',
    reason: problem ? (problem.detail ?? problem.title) : message,
    requestId: problem?.requestId ?? headers.get('x-amzn-requestid') ?? undefined,
    retryAfterSeconds: Number.isNaN(seconds) ? undefined : seconds,
  };
}

/** Returns the message of an API Gateway error, `{"message": "…"}`. */
function gatewayMessage(body: unknown): string | undefined {
  const message = (body as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}
