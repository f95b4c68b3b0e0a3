import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { CodedError } from '@spa-on-aws/cloudformation';
import type { Logger } from 'pino';
import { listen } from '../../../http/listener';
import type { Table } from '../model/table';

export interface DynamoDb {
  /** Environment variables that make every AWS SDK use it. The credentials are valid nowhere else. */
  readonly environment: Readonly<
    Record<'AWS_ENDPOINT_URL_DYNAMODB' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY', string>
  >;
  /** Creates new tables and checks changed ones. Requests wait for it. @throws InvalidPropertyError */
  add(tables: readonly Table[]): Promise<void>;
  change(tables: readonly Table[]): Promise<string[]>;
  close(): Promise<void>;
}

export interface DynamoDbOptions {
  readonly region: string;
  readonly accountId: string;
  /** Not verified. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly log: Logger;
}

const TARGET = /^DynamoDB_20120810\.(\w+)$/;

/** Serves DynamoDB's API on a free port, without tables. */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const listener = await listen(0, 'DynamoDB');
  // dynalite is slow to load: a stack without tables does not load it, and containers start meanwhile.
  const loading = import('./table-store');
  const opening = loading.then(({ TableStore }) => TableStore.create([], options));
  let adding: Promise<unknown> = opening;
  const hosts = [`127.0.0.1:${listener.port}`, `localhost:${listener.port}`];

  const respond = async (request: IncomingMessage): Promise<object> => {
    const { authorization, host = '', 'x-amz-target': target } = request.headers;
    // Keeps out web pages: DNS rebinding sends another host, and other origins cannot send the headers below.
    if (!hosts.includes(host))
      throw new ApiCallError('AccessDeniedException', `${host} is not a host of DynamoDB`);
    const [, operation = ''] = TARGET.exec(String(target)) ?? [];
    const { isCallable } = await loading;
    if (!isCallable(operation)) {
      throw new ApiCallError(
        'UnknownOperationException',
        `The local cloud does not support the operation ${String(target)}`,
      );
    }
    if (!authorization?.startsWith('AWS4-')) {
      throw new ApiCallError(
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      );
    }
    const input = parse(await text(request));
    await adding;
    return (await opening).run(operation, input);
  };

  listener.serve((request, response) => {
    respond(request).then(
      (body) => send(response, 200, body),
      async (error: unknown) => {
        const { isApiError } = await loading;
        // The client has disconnected.
        if (request.errored) return;
        if (isApiError(error)) return send(response, error.statusCode, error.body);
        options.log.error({ err: error }, 'a request to DynamoDB failed inside the local cloud');
        send(response, 500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError' });
      },
    );
  });
  return {
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${listener.port}`,
      AWS_ACCESS_KEY_ID: options.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey,
    },
    add: (tables) => {
      const added = opening.then((store) => store.add(tables, options));
      adding = added.catch(() => undefined);
      return added;
    },
    change: async (tables) => (await opening).change(tables, options),
    close: () => listener.close(),
  };
}

/** A call that is rejected before it reaches the tables. */
class ApiCallError extends CodedError {
  readonly statusCode = 400;
  readonly body: { readonly __type: string; readonly message: string };

  constructor(kind: string, message: string) {
    super('ERR_DYNAMODB_CALL', message);
    this.body = { __type: `com.amazon.coral.service#${kind}`, message };
  }
}

function parse(body: string): object {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input;
  } catch {
    // Not JSON: rejected below.
  }
  throw new ApiCallError('SerializationException', 'The body is not a JSON object');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.0',
    'x-amzn-RequestId': randomUUID(),
  });
  response.end(JSON.stringify(body));
}
