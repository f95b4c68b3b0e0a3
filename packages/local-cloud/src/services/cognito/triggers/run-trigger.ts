import { Deadline } from '../../../http/deadline';
import { nextTrace } from '../../../http/backend';
import type { Trace } from '../../../trace/trace';
import { type CallFunction, type FunctionOutcome, parseError } from '../../lambda/pipeline/invoke';
import { UserPoolsApiError } from '../errors';
import type { TriggerName } from '../model/triggers';
import type { UserPool } from '../model/user-pool';
import type { User } from '../users/user-file';

/** Functions by ARN, with and without qualifier. */
export type Functions = ReadonlyMap<string, CallFunction>;

/** Cognito waits this long for a trigger, and calls it at most three times (row CG-TR-02). */
const TIMEOUT_MS = 5_000;
const ATTEMPTS = 3;

interface TriggerEvent {
  /** E.g. `TokenGeneration_HostedAuth`. */
  readonly source: string;
  readonly userName: string;
  readonly clientId: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** Parameters that the function may set. */
  readonly response: Readonly<Record<string, unknown>>;
}

/** Runs a trigger of a user pool, if it has one. */
export class TriggerRunner {
  readonly #pool: UserPool;
  readonly #functions: Functions;
  readonly #timeoutMs: number;

  /** @param functions looked up when a trigger runs: they may start later */
  constructor(pool: UserPool, functions: Functions, timeoutMs = TIMEOUT_MS) {
    this.#pool = pool;
    this.#functions = functions;
    this.#timeoutMs = timeoutMs;
  }

  /** Version of the trigger's event; `undefined`: the pool has no such trigger. */
  versionOf(name: TriggerName): 1 | 2 | 3 | undefined {
    return this.#pool.triggers[name]?.version;
  }

  /**
   * Sends the event to the function (rows CG-TR-01 to CG-TR-03).
   *
   * @returns `response` of the event that the function returns; `undefined` when the pool has no such trigger
   * @throws UserPoolsApiError when the function fails
   */
  async run(
    name: TriggerName,
    event: TriggerEvent,
    trace: Trace,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const trigger = this.#pool.triggers[name];
    if (!trigger) return undefined;
    const { source, userName, clientId, request, response } = event;
    const payload = JSON.stringify({
      version: String(trigger.version),
      region: this.#pool.id.split('_')[0],
      userPoolId: this.#pool.id,
      userName,
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
      triggerSource: source,
      request,
      response,
    });
    try {
      const outcome = await this.#callRepeatedly(trigger.functionArn, payload, trace);
      const result = readOutcome(name, outcome);
      trace.add('cognito', 'trigger.ran', { trigger: name, source });
      return result;
    } catch (error) {
      const { message } = error as Error;
      trace.add('cognito', 'trigger.failed', { trigger: name, source, message });
      throw error;
    }
  }

  async #callRepeatedly(
    functionArn: string,
    payload: string,
    trace: Trace,
  ): Promise<FunctionOutcome | 'timed out'> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#call(functionArn, payload, trace);
      if (outcome !== 'timed out' || attempt === ATTEMPTS) return outcome;
    }
  }

  async #call(functionArn: string, payload: string, trace: Trace): Promise<FunctionOutcome | 'timed out'> {
    const call = this.#functions.get(functionArn);
    if (!call) throw new TypeError('The functions of triggers are checked when the local cloud starts.');
    const deadline = new Deadline(this.#timeoutMs, new AbortController().signal);
    const { signal } = deadline;
    const ended = new Promise<'timed out'>((resolve) =>
      signal.addEventListener('abort', () => resolve('timed out')),
    );
    const called = call({
      payload,
      invoker: {
        principal: 'cognito-idp.amazonaws.com',
        sourceArn: this.#pool.arn,
        accountId: this.#pool.arn.split(':')[4] ?? '',
      },
      traceHeader: nextTrace(undefined, Date.now()).header,
      trace,
      signal,
    });
    // After the time limit its result is not used.
    called.catch(() => undefined);
    return Promise.race([called, ended]).finally(() => deadline.clear());
  }
}

const REJECTIONS = {
  denied: 'AccessDeniedException.',
  throttled: 'TooManyRequestsException.',
  'too-large': 'RequestTooLargeException.',
  unreachable: 'ServiceException.',
} as const;

function readOutcome(
  name: TriggerName,
  outcome: FunctionOutcome | 'timed out',
): Readonly<Record<string, unknown>> {
  const unexpected = (detail: string, reason?: string): UserPoolsApiError =>
    new UserPoolsApiError(
      'UnexpectedLambdaException',
      `${name} invocation failed due to error ${detail}`,
      reason,
    );
  if (outcome === 'timed out') throw unexpected('Socket timeout while invoking Lambda function.');
  if (outcome.kind === 'rejected') {
    const { reason } = outcome;
    throw unexpected(
      REJECTIONS[reason],
      reason === 'denied'
        ? 'the function needs an AWS::Lambda::Permission for cognito-idp.amazonaws.com with the ARN of the user pool'
        : undefined,
    );
  }
  if (outcome.kind === 'function-error') {
    const { errorMessage } = parseError(outcome.payload);
    throw new UserPoolsApiError(
      'UserLambdaValidationException',
      `${name} failed with error ${errorMessage}.`,
    );
  }
  const response = responseOf(outcome.payload);
  if (!response) throw invalidResponse('a trigger returns the event that it received, with its response');
  return response;
}

/** Error for a result that Cognito cannot read (row CG-TR-03). */
export function invalidResponse(reason: string): UserPoolsApiError {
  return new UserPoolsApiError('InvalidLambdaResponseException', 'Unrecognizable lambda output', reason);
}

function responseOf(payload: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const event: unknown = JSON.parse(payload);
    const response = isRecord(event) ? event['response'] : undefined;
    return isRecord(response) ? response : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the attributes of a user as text, as triggers receive them. */
export function userAttributesOf({ sub, status, attributes }: User): Record<string, string> {
  const texts = Object.entries(attributes).map(([name, value]) => [name, String(value)]);
  return { sub, 'cognito:user_status': status, ...(Object.fromEntries(texts) as Record<string, string>) };
}
