import { type FormEvent, useEffect, useState } from 'react';
import { sentHeaders, targetOf } from '../../src/console/copy-as';
import type { RequestView } from '../../src/console/request-view';
import type { Changes } from '../../src/console/resend';
import { select, setQuery } from './address';
import { getJson, send } from './live';

interface User {
  readonly sub: string;
  readonly name: string;
}

/** A form that sends a request again, changed; the new answer is shown beside the first. */
export function Resend({ request }: { readonly request: RequestView }) {
  const [users, setUsers] = useState<readonly User[]>();
  const [message, setMessage] = useState('');
  const [isSending, setIsSending] = useState(false);
  useEffect(() => {
    const left = new AbortController();
    getJson('/users', left.signal).then(
      ({ body }) => setUsers(body as readonly User[]),
      (error: unknown) => left.signal.aborted || setMessage(String(error)),
    );
    return () => left.abort();
  }, []);
  const body = request.request.body;
  const isBodyStored = !body || (body.text !== undefined && body.isComplete);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? '').replaceAll('\r\n', '\n');
    const changes: Changes = {
      method: text('method').trim().toUpperCase(),
      target: text('target').trim(),
      headers: parseHeaders(text('headers')),
      token: JSON.parse(text('token')) as Changes['token'],
      // An unchanged body is sent with the values that the page hides.
      ...(text('body') === (body?.text ?? '') && isBodyStored ? {} : { body: text('body') }),
    };
    setIsSending(true);
    send<RequestView>('POST', `/requests/${request.id}`, changes)
      .then(({ id }) => {
        setQuery({ pinned: String(request.id) });
        select(String(id));
      })
      .catch((error: unknown) => setMessage((error as Error).message))
      .finally(() => setIsSending(false));
  };
  if (!users) return <p className="hint">{message || 'Loading the users …'}</p>;
  const headers = sentHeaders(request.request.headers).filter(([, value]) => !value.endsWith('(hidden)'));
  return (
    <form className="resend" aria-label="Edit and resend" onSubmit={submit}>
      <label>
        Method
        <input name="method" defaultValue={request.method} required autoComplete="off" spellCheck={false} />
      </label>
      <label className="grow">
        Path and query
        <input
          name="target"
          defaultValue={targetOf(request)}
          required
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <label className="wide">
        Token
        <select name="token" defaultValue={JSON.stringify(tokenOf(request, users))}>
          <option value="null">None, or the one of an Authorization header below</option>
          {users.map(({ sub, name }) => (
            <optgroup key={sub} label={name}>
              {TOKENS.map(([use, isExpired, label]) => (
                <option key={label} value={JSON.stringify({ sub, use, isExpired })}>
                  {label} of {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label className="wide">
        Headers
        <textarea
          name="headers"
          rows={Math.min(10, headers.length + 1)}
          defaultValue={headers.map((field) => field.join(': ')).join('\n')}
          spellCheck={false}
        />
      </label>
      <label className="wide">
        Body
        <textarea name="body" rows={body ? 6 : 2} defaultValue={body?.text ?? ''} spellCheck={false} />
      </label>
      <p className="hint wide">
        It is sent to {request.origin} only. Tokens are new ones, signed for this request. Cookies and values
        of the query are not stored: type them if they are needed.
      </p>
      <button disabled={isSending}>Send</button>
      <p className="message bad" role="alert">
        {message}
      </p>
    </form>
  );
}

const TOKENS = [
  ['access', false, 'Access token'],
  ['access', true, 'Expired access token'],
  ['id', false, 'ID token'],
] as const;

/** Returns the token to begin with: one of the same user, if the request had one. */
function tokenOf({ hops }: RequestView, users: readonly User[]): Changes['token'] {
  const token = hops.find((hop) => hop.token)?.token;
  const sub = token?.claims.find(({ name }) => name === 'sub')?.value;
  const user = users.find((each) => each.sub === sub);
  return user ? { sub: user.sub, use: token?.kind === 'ID token' ? 'id' : 'access', isExpired: false } : null;
}

function parseHeaders(lines: string): [string, string][] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.trim(), value.join(':').trim()];
    });
}
