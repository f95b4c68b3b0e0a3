import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import type { OutgoingRequest } from '../http/direct-call';
import { HeaderList } from '../http/header-list';
import type { ConsoleTokens, WantedToken } from '../services/cognito/tokens/console-tokens';
import { BadRequestError } from './bad-request';
import type { HeaderField } from './message-view';
import type { AnsweredRequest } from './request-log';

const Token = z.strictObject({
  sub: z.string('must be text'),
  use: z.enum(['access', 'id'], { error: 'must be access or id' }),
  isExpired: z.boolean('must be true or false'),
});

const Header = z
  .tuple([z.string(), z.string()], { error: 'must be pairs of name and value' })
  .refine(isHeader, 'is not a header field');

/** Body of `POST /requests/{id}`: changes of the request; everything else is sent as before. */
export const Changes = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/, 'must be capital letters')
    .optional(),
  /** Path and query. */
  target: z
    .string()
    .regex(/^\/[!-"$-~]*$/, 'must start with a slash, and be percent-encoded, without a fragment')
    .optional(),
  headers: z.array(Header).max(100).optional(),
  /** `null`: none. */
  body: z.string().nullable().optional(),
  /** `null`: none. */
  token: Token.nullable().optional(),
});
export type Changes = z.output<typeof Changes>;

function isHeader([name, value]: HeaderField): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** Headers of a connection or of the address, which are set again. */
const PER_CONNECTION =
  /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Returns a logged request with changes. Values that are not stored cannot be sent again: a token is replaced by a new one of
 * its user, cookies are left out, and the query must be given. @throws BadRequestError
 */
export async function prepareResend(
  original: AnsweredRequest,
  changes: Changes,
  { host, tokens }: { readonly host: string; readonly tokens: ConsoleTokens },
): Promise<OutgoingRequest> {
  if (changes.target === undefined && original.queryNames.length > 0) {
    const names = original.queryNames.join(', ');
    throw new BadRequestError(400, `Values of the query are not stored: give "target" with ${names}.`);
  }
  const token = changes.token === undefined ? tokenOf(original) : changes.token;
  const hadToken = original.request.headers.some(([name]) => /^authorization$/i.test(name));
  if (hadToken && token === undefined && changes.headers === undefined) {
    throw new BadRequestError(
      400,
      'Its token is not stored and names no user: give "token", or null for none.',
    );
  }
  const given = changes.headers ?? original.request.headers.filter(([name]) => !/^cookie$/i.test(name));
  const headers = new HeaderList([['Host', host]]);
  for (const [name, value] of given) {
    if (PER_CONNECTION.test(name) || value.endsWith('(hidden)')) continue;
    if (changes.body !== undefined && /^content-encoding$/i.test(name)) continue;
    headers.append(name, value);
  }
  if (token) headers.set('Authorization', `Bearer ${await issue(tokens, token)}`);
  const body = changes.body === undefined ? bodyOf(original) : Buffer.from(changes.body ?? '');
  if (body && body.length > 0) headers.append('Content-Length', String(body.length));
  return {
    method: changes.method ?? original.method,
    target: changes.target ?? original.path,
    headers,
    body: body && body.length > 0 ? body : undefined,
  };
}

async function issue(tokens: ConsoleTokens, wanted: WantedToken): Promise<string> {
  const token = await tokens.issue(wanted);
  if (token === undefined) throw new BadRequestError(400, `There is no user with the sub ${wanted.sub}.`);
  return token;
}

/** Returns what a new token needs to be like the one of a request. */
function tokenOf({ hops }: AnsweredRequest): WantedToken | undefined {
  const claims = hops.find(({ details }) => details.token)?.details.token?.claims as
    Readonly<Record<string, unknown>> | undefined;
  if (typeof claims?.['sub'] !== 'string') return undefined;
  return { sub: claims['sub'], use: claims['token_use'] === 'id' ? 'id' : 'access', isExpired: false };
}

function bodyOf({ request: { body } }: AnsweredRequest): Buffer | undefined {
  if (!body || body.size === 0) return undefined;
  if (body.isComplete) return body.bytes;
  throw new BadRequestError(400, 'Only the beginning of the body is stored, or only its size: give "body".');
}
