import type * as z from 'zod/mini';

/** Access to an operation: for anyone, for every signed-in user, or only for the members of a Cognito group. */
export type Access = 'public' | 'signed-in' | { readonly group: string };

/** An operation of the API: method, path, schemas of the input, status and schema of the response. */
export interface Operation {
  /** Unique name, used as the OpenAPI `operationId`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path with its parameters in braces, such as `/api/orders/{orderId}`. */
  readonly path: `/${string}`;
  /** One line about what the operation does. */
  readonly summary: string;
  readonly access: Access;
  /** Path parameters. */
  readonly params?: z.ZodMiniObject;
  /** Query parameters. The API rejects others. */
  readonly query?: z.ZodMiniObject;
  /** JSON body. Without a schema the API rejects a body. */
  readonly body?: z.ZodMiniType;
  /** Status of a successful response. */
  readonly status: 200 | 201 | 204;
  /** JSON body of a successful response; absent with 204. */
  readonly response?: z.ZodMiniType;
}

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** The parsed body of a successful response. */
export type ResponseOf<O extends Operation> = Output<O['response']>;

/** The input of an operation: path parameters, query, body. Values with a default are optional. */
export type InputOf<O extends Operation> = (O extends { readonly params: infer P }
  ? { readonly params: Output<P> }
  : unknown) &
  (O extends { readonly query: infer Q } ? { readonly query?: Partial<Output<Q>> } : unknown) &
  (O extends { readonly body: infer B extends z.ZodMiniType } ? { readonly body: z.input<B> } : unknown);

/** A request to the API: path with query, and an optional JSON body. */
export interface ApiRequest {
  readonly method: Operation['method'];
  readonly path: `/${string}`;
  readonly body?: unknown;
}

/** Sends a request and resolves with the parsed JSON of the response (`undefined` without a body); throws for errors. */
export type SendToApi = (request: ApiRequest) => Promise<unknown>;

interface AnyInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Returns the request that calls an operation. */
export function requestOf<O extends Operation>({ method, path }: O, input: InputOf<O>): ApiRequest {
  const { params = {}, query = {}, body } = input as AnyInput;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const target = (search.size > 0 ? `${filled}?${search}` : filled) as ApiRequest['path'];
  return { method, path: target, ...(body === undefined ? {} : { body }) };
}

/**
 * Calls an operation of the API. Input and response are typed by the operation's schemas.
 *
 * @example const { content } = await callApi(send, getGreeting, { query: { name: 'Ada' } });
 * @throws {z.core.$ZodError} if the response does not match the operation's schema; also throws what `send` throws
 */
export async function callApi<O extends Operation>(
  send: SendToApi,
  operation: O,
  input: InputOf<O>,
): Promise<ResponseOf<O>> {
  const response = await send(requestOf(operation, input));
  return operation.response?.parse(response) as ResponseOf<O>;
}
