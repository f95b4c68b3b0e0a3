import type * as z from 'zod/mini';

/** Text values by their name, as URLs have them. */
type Named = z.ZodMiniObject;

/** One thing a client can ask of the API: where, with what, and what is answered when it goes well. */
export interface Operation {
  /** Name of the operation, unique in the API. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path with its parameters in braces, such as `/api/greetings/{id}`. */
  readonly path: `/${string}`;
  /** What it does, in one line. */
  readonly summary: string;
  /** Parameters of the path, all of them. */
  readonly params?: Named;
  /** Parameters of the query; others are refused. */
  readonly query?: Named;
  /** The JSON body; without one, a body is refused. */
  readonly body?: z.ZodMiniType;
  /** Status of the answer when it goes well. */
  readonly status: 200 | 201 | 204;
  /** The JSON answer; none with 204. */
  readonly answer?: z.ZodMiniType;
}

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** The answer of an operation when it goes well. */
export type AnswerOf<O extends Operation> = Output<O['answer']>;

/** What a client gives to an operation; what has a default may be left out. */
export type InputOf<O extends Operation> = (O extends { readonly params: infer P }
  ? { readonly params: Output<P> }
  : unknown) &
  (O extends { readonly query: infer Q } ? { readonly query?: Partial<Output<Q>> } : unknown) &
  (O extends { readonly body: infer B extends z.ZodMiniType } ? { readonly body: z.input<B> } : unknown);

/** A request to the API: path with query, and the JSON body where there is one. */
export interface ApiRequest {
  readonly method: Operation['method'];
  readonly path: `/${string}`;
  readonly body?: unknown;
}

/** Sends a request and gives the JSON of the answer, or nothing where there is none; throws when it is an error. */
export type SendToApi = (request: ApiRequest) => Promise<unknown>;

interface AnyInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** The request that asks for an operation. */
export function requestOf<O extends Operation>({ method, path }: O, input: InputOf<O>): ApiRequest {
  const { params = {}, query = {}, body } = input as AnyInput;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const asked = (search.size > 0 ? `${filled}?${search}` : filled) as ApiRequest['path'];
  return { method, path: asked, ...(body === undefined ? {} : { body }) };
}

/**
 * Asks the API: the one client for every operation, typed by its schemas.
 *
 * @example const { items } = await callApi(send, listGreetings, { query: { limit: 10 } });
 * @throws what `send` throws, and zod's error when the answer is not what the operation promises
 */
export async function callApi<O extends Operation>(
  send: SendToApi,
  operation: O,
  input: InputOf<O>,
): Promise<AnswerOf<O>> {
  const answer = await send(requestOf(operation, input));
  return operation.answer?.parse(answer) as AnswerOf<O>;
}
