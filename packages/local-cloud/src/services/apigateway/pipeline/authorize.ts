import type { ApiGatewayEvents } from '../../../trace/apigateway-events';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { Route } from '../model/routing';
import { reject } from './call';
import type { TokenAuthorizer } from './token-authorizer';

/** Applies the authorizer of the method, if it has one. @throws CallRejectedError */
export async function authorize(call: Call, { method }: Route, tokens: TokenAuthorizer): Promise<void> {
  const { authorizer, scopes } = method;
  if (!authorizer) return;
  const { name, header, ttlSeconds } = authorizer;
  const decision = await tokens.authorize(authorizer, scopes, call.request.headers.getAll(header)[0]);
  const { allowed, token } = decision;
  call.authorizer = { token, allowed };
  const settings = { authorizer: name, header, scopes };
  const details = token ? { token } : {};
  if (!decision.allowed) {
    const { reason, data } = decision;
    const isExpired = reason === 'token-expired' || reason === 'token-expiry-forced';
    const error = isExpired ? GATEWAY_ERRORS.expiredToken : GATEWAY_ERRORS.unauthorized;
    // Reason and data belong together, which TypeScript cannot follow through the template literal.
    const event = `authorizer.${reason}` as 'authorizer.token-missing';
    const eventData: ApiGatewayEvents[typeof event] = { ...settings, ...data };
    return reject(call, error, event, eventData, details);
  }
  const { cachedSince } = decision;
  call.request.trace.add(
    'apigateway',
    'authorizer.allowed',
    {
      ...settings,
      tokenUse: decision.tokenUse,
      subject: String(decision.token.claims['sub']),
      scope: decision.scope,
      cached:
        cachedSince === undefined
          ? undefined
          : {
              secondsAgo: Math.max(0, Math.round((call.receivedAt - cachedSince) / 1_000)),
              ttlSeconds,
            },
    },
    details,
  );
}
