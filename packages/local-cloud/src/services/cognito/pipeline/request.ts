import type { IncomingMessage } from 'node:http';
import type { CognitoEvents } from '../../../trace/cognito-events';
import { type HopDetails, Trace } from '../../../trace/trace';
import { UnreadableBodyError } from '../errors';

const BODY_LIMIT_BYTES = 16 * 1024;

/** Paths of the login pages (row CG-LG-05) and the OAuth endpoints. */
export const PATHS = {
  userPoolsApi: '/',
  authorize: '/oauth2/authorize',
  token: '/oauth2/token',
  userInfo: '/oauth2/userInfo',
  revoke: '/oauth2/revoke',
  login: '/login',
  logout: '/logout',
  forgotPassword: '/forgotPassword',
  confirmForgotPassword: '/confirmforgotPassword',
  signUp: '/signup',
  confirmSignUp: '/confirm',
  resendCode: '/resendcode',
  error: '/error',
} as const;

const traces = new WeakMap<IncomingMessage, Trace>();

/** Returns the trace of a request; oidc-provider passes Node's message on, and nothing else. */
export function traceOf(request: IncomingMessage): Trace {
  const trace = traces.get(request) ?? new Trace();
  traces.set(request, trace);
  return trace;
}

/** Records an event of a request. */
export function record<Event extends keyof CognitoEvents>(
  request: IncomingMessage,
  event: Event,
  data: CognitoEvents[Event],
  details?: HopDetails,
): void {
  traceOf(request).add('cognito', event, data, details);
}

/** Reads the body of a request. @throws UnreadableBodyError when it is incomplete, or larger than 16 KiB */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > BODY_LIMIT_BYTES) throw new UnreadableBodyError(413);
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    throw cause instanceof UnreadableBodyError ? cause : new UnreadableBodyError(400);
  }
  return Buffer.concat(chunks);
}
