import createError, { type HttpError } from 'http-errors';

// Errors that reject a request. The error handler sends them as problem details; `code` is a stable name for logs and tests.

/** Input does not match its schema. `problems` names each property and what is allowed. */
export function invalidInput(problems: string): HttpError {
  return createError(400, problems, { code: 'ERR_INVALID_INPUT' });
}

/** The request has no access token. `WWW-Authenticate` has only the scheme (RFC 6750, section 3.1). */
export function noToken(): HttpError {
  return createError(401, 'No access token. Send it as "Authorization: Bearer <token>"', {
    code: 'ERR_NO_TOKEN',
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

/** The access token is not accepted. The log has the `reason`, which must not contain a part of the token. */
export function invalidToken(reason: string): HttpError {
  return createError(401, 'The access token is not valid or has expired', {
    code: 'ERR_INVALID_TOKEN',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    reason,
  });
}

/** The access token is valid, but does not have the scope. */
export function insufficientScope(scope: string): HttpError {
  return createError(403, `The access token does not have the scope ${scope}`, {
    code: 'ERR_INSUFFICIENT_SCOPE',
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  });
}

/** The user is not a member of the group. */
export function notInGroup(group: string): HttpError {
  return createError(403, `Only members of the group ${group} can do this`, { code: 'ERR_NOT_IN_GROUP' });
}

/** No route has this path, or the user has no such resource. */
export function notFound(): HttpError {
  return createError(404, 'Not found', { code: 'ERR_NOT_FOUND' });
}

/** The path does not support the method. */
export function methodNotAllowed(supported: readonly string[]): HttpError {
  const Allow = supported.join(', ');
  return createError(405, `Method not allowed. Use ${Allow}`, {
    code: 'ERR_METHOD_NOT_ALLOWED',
    headers: { Allow },
  });
}

/** The body is not JSON. */
export function unsupportedMediaType(): HttpError {
  return createError(415, 'The body must be JSON, with Content-Type: application/json', {
    code: 'ERR_UNSUPPORTED_MEDIA_TYPE',
  });
}

/** The request cannot succeed now, because of `cause`. */
export function unavailable(code: `ERR_${string}`, problem: string, cause?: unknown): HttpError {
  const options = { code, cause, expose: true, headers: { 'Retry-After': '5' } };
  return createError(503, `${problem}; retry in 5 s`, options);
}

/** Rejects because a table cannot be reached: `await client.send(command).catch(storeUnavailable)`. */
export function storeUnavailable(cause: unknown): never {
  throw unavailable('ERR_STORE_UNAVAILABLE', 'Greetings are temporarily unavailable', cause);
}
