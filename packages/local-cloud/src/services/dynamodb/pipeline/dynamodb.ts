import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Logger } from 'pino';
import { listen } from '../../../http/listener';
import type { Table } from '../model/table';

/** DynamoDB on this machine. */
export interface DynamoDb {
  /** What a process has in its environment so that every AWS SDK finds it; the credentials are of no use elsewhere. */
  readonly environment: Readonly<
    Record<'AWS_ENDPOINT_URL_DYNAMODB' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY', string>
  >;
  /**
   * Makes the tables that are not there yet, and finds out whether the others could be as they are to be.
   *
   * @throws InvalidPropertyError for a table that DynamoDB refuses; then nothing has changed
   */
  add(tables: readonly Table[]): Promise<void>;
  /**
   * Makes the tables those of another state of the template; items stay where keys stay.
   *
   * @returns what happened, in words
   * @throws InvalidPropertyError for a table that DynamoDB refuses; then nothing has changed
   */
  change(tables: readonly Table[]): Promise<string[]>;
  close(): Promise<void>;
}

/** What DynamoDB is given besides its tables. */
export interface DynamoDbOptions {
  readonly region: string;
  readonly accountId: string;
  readonly log: Logger;
}

const TARGET = /^DynamoDB_20120810\.(\w+)$/;

/**
 * Serves the tables of a stack to this machine on a free port, until it is closed. They are empty at first.
 *
 * @throws InvalidPropertyError for a table that DynamoDB refuses
 */
export async function startDynamoDb(tables: readonly Table[], options: DynamoDbOptions): Promise<DynamoDb> {
  // dynalite takes its time to load; without a table nothing of it is.
  const { Engine, isRefusal } = await import('./engine');
  const engine = await Engine.create(tables, options);
  const listener = await listen(0, 'DynamoDB');
  const hosts = [`127.0.0.1:${listener.port}`, `localhost:${listener.port}`];

  const answer = async (request: IncomingMessage): Promise<object> => {
    const { authorization, host = '', 'x-amz-target': target } = request.headers;
    // A page whose name was rebound to this machine has another host; one of another origin may not send what follows.
    if (!hosts.includes(host)) throw refusal('AccessDeniedException', `${host} is not a host of DynamoDB`);
    const [, operation = ''] = TARGET.exec(String(target)) ?? [];
    if (!engine.knows(operation)) {
      throw refusal(
        'UnknownOperationException',
        `The local cloud does not run the operation ${String(target)}`,
      );
    }
    if (!authorization?.startsWith('AWS4-')) {
      throw refusal('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
    }
    return engine.call(operation, parse(await text(request)));
  };

  listener.serve((request, response) => {
    answer(request).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        // Who is gone in the middle of a request waits for no answer.
        if (request.errored) return;
        if (isRefusal(error)) return send(response, error.statusCode, error.body);
        options.log.error({ err: error }, 'a request to DynamoDB failed inside the local cloud');
        send(response, 500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError' });
      },
    );
  });
  return {
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${listener.port}`,
      AWS_ACCESS_KEY_ID: 'local-cloud',
      AWS_SECRET_ACCESS_KEY: 'local-cloud',
    },
    add: (next) => engine.add(next, options),
    change: (next) => engine.change(next, options),
    close: () => listener.close(),
  };
}

function refusal(kind: string, message: string): Error {
  const body = { __type: `com.amazon.coral.service#${kind}`, message };
  return Object.assign(new Error(message), { statusCode: 400, body });
}

function parse(body: string): object {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input;
  } catch {
    // Told below, as any other body that is no object.
  }
  throw refusal('SerializationException', 'The body is no JSON object');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.0',
    'x-amzn-RequestId': randomUUID(),
  });
  response.end(JSON.stringify(body));
}
