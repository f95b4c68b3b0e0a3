import {
  type AnswerOf,
  type ApiRequest,
  callApi,
  type InputOf,
  type Operation,
  Problem,
  PROBLEM_CONTENT_TYPE,
} from '@spa-on-aws/shared-types';
import { WebError } from '../errors';
import {
  ApiRefusedError,
  ApiTimeoutError,
  ApiUnreachableError,
  ForeignRequestError,
  NoAccessTokenError,
  type Refusal,
  UnexpectedAnswerError,
} from './api-errors';

/** A path of this site's own API. The access token goes nowhere else. */
export type ApiPath = `/api/${string}`;

/** What it takes to reach the API. */
export interface ApiAccess {
  request: typeof fetch;
  /** Origin of this site. */
  origin: string;
  /** A valid access token, or nothing when nobody is signed in. */
  accessToken: () => Promise<string | undefined>;
  /** How long to wait for an answer. @default 30_000, a little more than API Gateway's own 29 s */
  timeoutMs?: number;
}

/** An operation of the API, by a path the access token may go to. */
export type ApiOperation = Operation & { readonly path: ApiPath };

/**
 * Asks this site's API, with the access token when somebody is signed in, and answers what the operation promises.
 *
 * @throws {ForeignRequestError} when the path leaves `/api/`, before anything is sent.
 * @throws {NoAccessTokenError} when the session of who is signed in could not be renewed.
 * @throws {ApiUnreachableError | ApiTimeoutError} when no answer came.
 * @throws {ApiRefusedError} when the answer is an error.
 * @throws {UnexpectedAnswerError} when the answer is not what the operation promises.
 */
export async function askApi<O extends ApiOperation>(
  access: ApiAccess,
  operation: O,
  input: InputOf<O>,
  signal: AbortSignal,
): Promise<AnswerOf<O>> {
  try {
    return await callApi((request) => send(access, request, signal), operation, input);
  } catch (cause) {
    if (cause instanceof WebError || signal.aborted) throw cause;
    throw new UnexpectedAnswerError(`The answer to ${operation.id} is not what was promised`, { cause });
  }
}

async function send(
  access: ApiAccess,
  { method, path, body }: ApiRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const { request, origin, accessToken, timeoutMs = 30_000 } = access;
  const url = apiUrl(path, origin);
  const token = await accessToken().catch((cause: unknown) => {
    throw new NoAccessTokenError('The session could not be renewed', { cause });
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  let answer: Response;
  try {
    answer = await request(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, timeout]),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    if (answer.status === 204) return undefined;
    if (answer.ok) return await answer.json();
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (timeout.aborted) throw new ApiTimeoutError(timeoutMs, { cause });
    if (cause instanceof SyntaxError) throw new UnexpectedAnswerError('The answer is not JSON', { cause });
    throw new ApiUnreachableError('The API could not be reached', { cause });
  }
  throw new ApiRefusedError(await readRefusal(answer));
}

/** The type keeps honest callers on `/api/`; this keeps `/api/../elsewhere` and its like there too. */
function apiUrl(path: string, origin: string): string {
  const url = new URL(path, origin);
  if (url.origin !== origin || !url.pathname.startsWith('/api/')) throw new ForeignRequestError(path);
  return url.href;
}

async function readRefusal(answer: Response): Promise<Refusal> {
  const { status, headers } = answer;
  // An error whose body cannot be read is still that error: the status says what counts.
  const body: unknown = await answer.json().catch(() => undefined);
  const isProblem = headers.get('content-type')?.startsWith(PROBLEM_CONTENT_TYPE);
  const problem = isProblem ? Problem.safeParse(body).data : undefined;
  const seconds = parseInt(headers.get('retry-after') ?? '', 10);
  const message = gatewayMessage(body);
  return {
    status,
    by: problem ? 'api' : message === undefined ? 'unknown' : 'gateway',
    reason: problem ? (problem.detail ?? problem.title) : message,
    requestId: problem?.requestId ?? headers.get('x-amzn-requestid') ?? undefined,
    retryAfterSeconds: Number.isNaN(seconds) ? undefined : seconds,
  };
}

/** API Gateway's own errors are `{"message": "…"}`. */
function gatewayMessage(body: unknown): string | undefined {
  const message = (body as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}
