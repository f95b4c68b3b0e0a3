import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { loggable, UnreadableBodyError, UserPoolsApiError } from '../errors';
import { readBody, record } from '../pipeline/request';
import type { ApiOptions, Operation } from './operation';
import { OPERATIONS } from './operations';

/**
 * Answers a request to the user pools API: `POST /` with the operation in `X-Amz-Target` and JSON in both directions
 * (row CG-UP-01).
 */
export function userPoolsApi(options: ApiOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('x-amzn-RequestId', randomUUID());
    response.setHeader(
      'Access-Control-Expose-Headers',
      'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
    );
    const [, operation = ''] =
      /^AWSCognitoIdentityProviderService\.(\w{1,64})$/.exec(String(request.headers['x-amz-target'])) ?? [];
    try {
      const output = await run(operation, request, options);
      record(request, 'user-pools-api.answered', { operation });
      send(response, 200, output);
    } catch (error) {
      const known = error instanceof UserPoolsApiError ? error : undefined;
      if (!known)
        options.log.error({ operation, ...loggable(error) }, 'request to the user pools API failed');
      const { type, message, reason } =
        known ?? new UserPoolsApiError('InternalErrorException', 'See the log of the local cloud.');
      record(request, 'user-pools-api.rejected', { operation, error: type, message, reason });
      response.setHeader('x-amzn-ErrorType', type);
      response.setHeader('x-amzn-ErrorMessage', message.replaceAll(/[^\x20-\x7e]/g, ' '));
      send(response, known ? 400 : 500, { __type: type, message });
    }
  };
}

async function run(name: string, request: IncomingMessage, options: ApiOptions): Promise<object> {
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!operation) {
    throw new UserPoolsApiError(
      'UnknownOperationException',
      name === ''
        ? 'The header X-Amz-Target must be AWSCognitoIdentityProviderService.<Operation>.'
        : `The local cloud does not support the operation ${name} of user pools.`,
    );
  }
  if (operation.access === 'admin') checkAdministrator(request);
  const input = readInput(operation.input, await readJson(request));
  return operation.run(input, { ...options, request });
}

/**
 * Allows every request that a program has signed with AWS credentials, whatever they are; pages in browsers cannot call
 * operations for administrators (row CG-UP-02).
 *
 * @throws UserPoolsApiError
 */
function checkAdministrator({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    const message =
      'The local cloud accepts operations for administrators from programs only, not from browsers.';
    throw new UserPoolsApiError('AccessDeniedException', message);
  }
  if (/^AWS4-HMAC-SHA256 Credential=/.test(headers.authorization ?? '')) return;
  throw new UserPoolsApiError(
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
    'sign the request: any AWS credentials will do here',
  );
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    const text = (await readBody(request)).toString('utf8');
    // A member that is null counts as absent: amazon-cognito-identity-js sends some.
    return JSON.parse(text, (_key, value: unknown) => value ?? undefined);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof UnreadableBodyError)) throw error;
    // The parser's message quotes the body, which has passwords in it.
    throw new UserPoolsApiError('SerializationException', 'The body must be JSON of at most 16 KiB.');
  }
}

function readInput<Input extends Operation['input']>(input: Input, body: unknown): z.output<Input> {
  const result = input.safeParse(body);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => {
    const name = path.map(String).join('.');
    return `Value at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: ${message}`;
  });
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`;
  throw new UserPoolsApiError('InvalidParameterException', `${count} detected: ${faults.join('; ')}`);
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'Cache-Control': 'no-store',
      'Content-Type': 'application/x-amz-json-1.1',
      'Content-Length': Buffer.byteLength(text),
    })
    .end(text);
}
