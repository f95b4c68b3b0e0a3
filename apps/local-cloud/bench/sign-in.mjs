/**
 * Signs in over HTTP as the login form does, and redeems the code.
 *
 * @param {{ url: string, issuer: string, cognitoDomain: string, clientId: string, callbackUrl: string, apiScope: string, users: { username: string, password: string }[] }} state
 * @returns {Promise<string>} an access token for the API
 */
export async function accessToken(state) {
  const [user] = state.users;
  const parameters = new URLSearchParams({
    client_id: state.clientId,
    redirect_uri: state.callbackUrl,
    response_type: 'code',
    scope: `openid ${state.apiScope}`,
    state: 'bench',
  });
  const authorize = await fetch(`${state.cognitoDomain}/oauth2/authorize?${parameters}`, {
    redirect: 'manual',
  });
  const loginUrl = new URL(location(authorize), state.cognitoDomain);
  const page = await fetch(loginUrl, { headers: { cookie: cookies(authorize) } });
  const html = await page.text();
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name, value]) => [name, value],
  );
  const answer = await fetch(loginUrl, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: [cookies(authorize), cookies(page)].filter(Boolean).join('; ') },
    body: new URLSearchParams([...hidden, ['username', user.username], ['password', user.password]]),
  });
  let next = location(answer);
  let jar = [cookies(authorize), cookies(page), cookies(answer)].filter(Boolean).join('; ');
  while (!next.startsWith(state.callbackUrl)) {
    const step = await fetch(new URL(next, state.cognitoDomain), {
      redirect: 'manual',
      headers: { cookie: jar },
    });
    jar = [jar, cookies(step)].filter(Boolean).join('; ');
    next = location(step);
  }
  const tokens = await fetch(`${state.cognitoDomain}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: state.clientId,
      redirect_uri: state.callbackUrl,
      code: new URL(next).searchParams.get('code') ?? '',
    }),
  });
  const { access_token: token } = await tokens.json();
  if (!tokens.ok || typeof token !== 'string')
    throw new Error(`No access token: the token endpoint answered ${tokens.status}`);
  return token;
}

function location(response) {
  const value = response.headers.get('location');
  if (value === null) throw new Error(`${response.url} answered ${response.status} and leads nowhere`);
  return value;
}

const cookies = (response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
