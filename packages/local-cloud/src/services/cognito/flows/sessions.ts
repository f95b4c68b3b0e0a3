import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from '../../../adapters/oidc-provider';
import { SESSION_SECONDS } from '../oauth/provider';

/** Starts a session in the cookie `cognito`; ends the former session of the browser. */
export async function startSession(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  accountId: string,
): Promise<void> {
  const { Session } = provider;
  const context = provider.createContext(request, response);
  await (await Session.get(context)).destroy();
  const session = new Session();
  session.loginAccount({ accountId });
  await session.save(SESSION_SECONDS);
  context.cookies.set(provider.cookieName('session'), session.jti, {
    httpOnly: true,
    maxAge: SESSION_SECONDS * 1_000,
    sameSite: 'lax',
    signed: true,
  });
}

/** Ends the session of the browser. Tokens stay valid (row CG-LO-05). */
export async function endSession(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const context = provider.createContext(request, response);
  await (await provider.Session.get(context)).destroy();
  context.cookies.set(provider.cookieName('session'), null, { signed: true });
}
