import { send } from './send.mjs';

/**
 * Signs in through the login form and redeems the code.
 *
 * @param {any} state content of the state file
 * @param {string} target path and query of the authorization request
 * @param {typeof send} [submit] submits the form
 * @returns {Promise<{ access_token: string, id_token: string, refresh_token: string, expires_in: number } | undefined>}
 *   `undefined` if sign-in fails
 */
export async function signIn(state, target, submit = send) {
  const jar = new Map();
  const take = ({ headers }) => {
    for (const cookie of headers['set-cookie'] ?? []) {
      const [name, ...value] = cookie.split(';')[0].split('=');
      jar.set(name, value.join('='));
    }
  };
  const cookie = () => ({ cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') });
  const first = await send(state.cognitoDomain, target);
  take(first);
  if (first.headers.location === undefined) return undefined;
  const login = new URL(first.headers.location, state.cognitoDomain);
  const page = await send(login.origin, login.pathname + login.search, { headers: cookie() });
  take(page);
  const hidden = [...page.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name, value]) => [name, value],
  );
  const [user] = state.users;
  const fields = new URLSearchParams([...hidden, ['username', user.username], ['password', user.password]]);
  let response = await submit(login.origin, login.pathname + login.search, {
    method: 'POST',
    headers: { ...cookie(), 'content-type': 'application/x-www-form-urlencoded' },
    body: String(fields),
  });
  for (let steps = 0; steps < 5; steps += 1) {
    take(response);
    const next = response.headers.location;
    if (next === undefined) return undefined;
    if (next.startsWith(state.callbackUrl)) {
      const code = new URL(next).searchParams.get('code');
      if (code === null) return undefined;
      const body = String(
        new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: state.clientId,
          redirect_uri: state.callbackUrl,
          code,
        }),
      );
      const tokens = await send(state.cognitoDomain, '/oauth2/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      return tokens.status === 200 ? JSON.parse(tokens.body) : undefined;
    }
    const step = new URL(next, state.cognitoDomain);
    response = await send(step.origin, step.pathname + step.search, { headers: cookie() });
  }
  return undefined;
}
