import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { evaluatePolicy } from '../../iam-policy';
import { parseError } from '../../lambda/pipeline/invoke';
import { type Call, methodArn } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { LambdaAuthorizer } from '../model/lambda-authorizer';
import { functionAt } from '../model/lambda-integration';
import type { Route } from '../model/routing';
import { valueOf } from '../model/variables';
import { reject } from './call';
import { authorizerEvent } from './lambda-event';
import { callWithin, type Functions } from './lambda-integration';

/** Row AG-LIM-04. */
const TIMEOUT_MS = 29_000;

const OneOrMany = z.union([z.string().transform((value) => [value]), z.array(z.string())]);

const Conditions = z.record(z.string(), OneOrMany).optional();

/** Unsupported elements and operators make a policy invalid: to ignore them could allow more. */
const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: OneOrMany,
  Resource: OneOrMany,
  Condition: z
    .strictObject({
      IpAddress: Conditions,
      NotIpAddress: Conditions,
      StringEquals: Conditions,
      StringNotEquals: Conditions,
      StringLike: Conditions,
      StringNotLike: Conditions,
    })
    .default({}),
});

const ContextValue = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullable();

/** Result of the function of an authorizer (row AG-LA-14). */
const Result = z.looseObject({
  principalId: z.union([z.string(), z.number().transform(String)]),
  policyDocument: z.looseObject({
    Statement: z.union([Statement.transform((one) => [one]), z.array(Statement)]),
  }),
  context: z.record(z.string(), ContextValue).nullish(),
});

interface Decision {
  readonly principalId: string;
  readonly statements: readonly z.output<typeof Statement>[];
  readonly context: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Runs Lambda authorizers and caches their results by identity (rows AG-LA-10 to AG-LA-15). */
export class LambdaAuthorizers {
  readonly #functions: Functions;
  readonly #now: () => number;
  readonly #cache = new LRUCache<string, Decision>({ max: 1_000 });

  constructor(functions: Functions, now: () => number) {
    this.#functions = functions;
    this.#now = now;
  }

  /** Applies the method's Lambda authorizer, if it has one. @throws CallRejectedError */
  async authorize(call: Call, { method }: Route): Promise<void> {
    const { authorizer } = method;
    if (authorizer?.type !== 'lambda') return;
    const { name, ttlSeconds } = authorizer;
    const identity = identityOf(call, authorizer);
    const key = JSON.stringify([authorizer.id, call.stage?.name, identity]);
    const known = ttlSeconds > 0 ? this.#cache.get(key) : undefined;
    const isCached = known !== undefined && known.since + ttlSeconds * 1_000 > this.#now();
    const decision = isCached ? known : await this.#decide(call, authorizer, identity[0] ?? '');
    if (ttlSeconds > 0) this.#cache.set(key, decision);
    const { principalId, statements, context } = decision;
    const secondsAgo = Math.max(0, Math.round((this.#now() - decision.since) / 1_000));
    const cached = isCached ? { secondsAgo, ttlSeconds } : undefined;
    const resource = methodArn(call);
    const { headers, clientIp } = call.request;
    const { isAllowed, denial } = evaluatePolicy(
      statements,
      {
        action: 'execute-api:Invoke',
        resource,
        context: {
          'aws:sourceip': clientIp,
          'aws:useragent': headers.get('user-agent'),
          'aws:referer': headers.get('referer'),
        },
      },
      () => true,
    );
    call.authorizer = { token: undefined, allowed: isAllowed, context: { principalId, ...context } };
    if (!isAllowed) {
      const explicitly = denial !== undefined;
      const data = { authorizer: name, principalId, resource, explicitly, cached };
      reject(call, GATEWAY_ERRORS.deniedByAuthorizer(explicitly), 'lambda-authorizer.denied', data);
    }
    const data = { authorizer: name, principalId, context, cached };
    call.request.trace.add('apigateway', 'lambda-authorizer.allowed', data);
  }

  async #decide(call: Call, authorizer: LambdaAuthorizer, token: string): Promise<Decision> {
    const { api, stage } = call;
    const { name, kind, usesRole } = authorizer;
    const arn = methodArn(call);
    const event =
      kind === 'token'
        ? { type: 'TOKEN', methodArn: arn, authorizationToken: token }
        : authorizerEvent(call, arn);
    const sourceArn = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}/authorizers/${authorizer.id}`;
    const functionArn = (stage && functionAt(authorizer, stage)) ?? '';
    const startedAt = performance.now();
    const outcome = await callWithin(TIMEOUT_MS, call, this.#functions.get(functionArn), {
      payload: JSON.stringify(event),
      sourceArn: usesRole ? undefined : sourceArn,
    });
    const latencyMs = Math.round(performance.now() - startedAt);
    const fail = (detail: string): never =>
      reject(call, GATEWAY_ERRORS.authorizerFailed, 'lambda-authorizer.failed', { authorizer: name, detail });
    if (outcome === 'timed out') return fail(`no result within ${TIMEOUT_MS} ms`);
    if (outcome.kind === 'rejected') return fail(`Lambda rejected the call: ${outcome.reason}`);
    if (outcome.kind === 'function-error') {
      const { errorMessage } = parseError(outcome.payload);
      if (errorMessage !== 'Unauthorized') return fail(`the function failed: ${errorMessage}`);
      call.authorizer = { token: undefined, allowed: false };
      return reject(call, GATEWAY_ERRORS.unauthorized, 'lambda-authorizer.unauthorized', {
        authorizer: name,
      });
    }
    const result = Result.safeParse(JSON.parse(outcome.payload));
    if (!result.success) return fail(z.prettifyError(result.error).replaceAll(/\s*\n\s*/g, ' '));
    const { principalId, policyDocument, context } = result.data;
    return {
      principalId,
      statements: policyDocument.Statement,
      context: { ...withoutNull(context ?? {}), integrationLatency: String(latencyMs) },
      since: this.#now(),
    };
  }
}

/** Returns the values of the identity sources: all must be there. @throws CallRejectedError with 401 */
function identityOf(call: Call, authorizer: LambdaAuthorizer): string[] {
  const { name, identitySources, tokenPattern, tokenExpression = '' } = authorizer;
  const refuse = (): void => {
    call.authorizer = { token: undefined, allowed: false };
  };
  const values = identitySources.map((source) => valueOf(call, source) ?? '');
  const sources = identitySources.filter((_, index) => values[index] === '');
  if (sources.length > 0) {
    refuse();
    const data = { authorizer: name, sources };
    return reject(call, GATEWAY_ERRORS.unauthorized, 'lambda-authorizer.identity-missing', data);
  }
  if (tokenPattern && tokenPattern.test(values[0] ?? '') !== true) {
    refuse();
    const data = { authorizer: name, expression: tokenExpression };
    return reject(call, GATEWAY_ERRORS.unauthorized, 'lambda-authorizer.token-mismatch', data);
  }
  return values;
}

function withoutNull(context: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(context).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
