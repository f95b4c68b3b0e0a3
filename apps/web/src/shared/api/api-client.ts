import { Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
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

/**
 * Answers the JSON body of a `GET` from this site's API, asked with the access token when somebody is signed in.
 *
 * @throws {ForeignRequestError} when the path leaves `/api/`, before anything is sent.
 * @throws {NoAccessTokenError} when the session of who is signed in could not be renewed.
 * @throws {ApiUnreachableError | ApiTimeoutError} when no answer came.
 * @throws {ApiRefusedError} when the answer is an error.
 * @throws {UnexpectedAnswerError} when the answer is not JSON.
 */
export async function getFromApi(access: ApiAccess, path: ApiPath, signal: AbortSignal): Promise<unknown> {
  const { request, origin, accessToken, timeoutMs = 30_000 } = access;
  const url = apiUrl(path, origin);
  const token = await accessToken().catch((cause: unknown) => {
    throw new NoAccessTokenError('The session could not be renewed', { cause });
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  let answer: Response;
  try {
    answer = await request(url, {
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.any([signal, timeout]),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    if (answer.ok) return await answer.json();
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (timeout.aborted) throw new ApiTimeoutError(`No answer within ${timeoutMs / 1000} seconds`, { cause });
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
