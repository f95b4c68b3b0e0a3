import { ask } from '../bench/running/ask.mjs';
import { signIn } from '../bench/running/sign-in.mjs';

const VOLATILE = new Set([
  'date',
  'age',
  'last-modified',
  'x-amz-cf-id',
  'x-amz-request-id',
  'x-amz-id-2',
  'x-amzn-requestid',
  'x-amz-apigw-id',
  'x-amzn-remapped-date',
  'x-request-id',
  'connection',
  'keep-alive',
  'x-trace-id',
]);
/** Headers of a file that names ports of this machine, which are others each time. */
const OF_PORTS = new Set(['etag', 'content-length']);

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|1-[0-9a-f]{8}-[0-9a-f]{24}/g;

/**
 * What a person and a page can see of a running local cloud, with what differs at every start set aside.
 *
 * @param {any} state what the state file holds
 * @returns {Promise<Record<string, unknown>>} by name of the observation
 */
export async function observe(state) {
  const seen = {};
  const named = (text) =>
    [
      [state.issuer, '{issuer}'],
      [state.cognitoDomain, '{login}'],
      [state.apiEndpoint, '{api}'],
      [new URL(state.apiEndpoint).origin, '{gateway}'],
      [state.url, '{site}'],
    ]
      .reduce(
        (result, [value, name]) => result.replaceAll(value, name).replaceAll(encodeURIComponent(value), name),
        String(text),
      )
      .replace(ID, '{id}')
      .replace(/([?&]code=)[^&]+/, '$1{code}');
  const look = async (name, origin, target, options) => {
    const answer = await ask(origin, target, options).catch((error) => ({
      status: String(error.message),
      headers: {},
      body: '',
    }));
    seen[name] = {
      status: answer.status,
      headers: Object.fromEntries(
        Object.entries(answer.headers)
          .filter(([header]) => !VOLATILE.has(header) && !(target === '/config.json' && OF_PORTS.has(header)))
          .map(([header, value]) => [
            header,
            header === 'set-cookie'
              ? value.map((cookie) => cookie.replace(/=[^;]*/, '=').replace(/expires=[^;]*/, 'expires'))
              : named(value),
          ]),
      ),
      body: named(answer.body)
        .replace(/"id":\d+/g, '"id":n')
        .replace(/"\d{4}-\d\d-\d\dT[^"]+"/g, '"time"')
        .replace(/(Request ID: |RequestId>|HostId>|value=")[^<"\n]*/g, '$1')
        .slice(0, 3_000),
    };
    return answer;
  };
  seen.state = Object.fromEntries(
    Object.entries(state)
      .filter(([, value]) => typeof value === 'string')
      .map(([key, value]) => [key, named(value).replace(/:\d+/, '')]),
  );

  const page = await look('page', state.url, '/');
  const [asset = '/assets/none.js'] = /\/assets\/[\w.-]+\.js/.exec(page.body) ?? [];
  for (const [name, target, options] of [
    ['deep link', '/orders/42'],
    ['page, compressed', '/', { headers: { 'accept-encoding': 'br, gzip' } }],
    ['asset', asset],
    ['asset, again', asset],
    ['asset, gzip', asset, { headers: { 'accept-encoding': 'gzip' } }],
    ['asset, br', asset, { headers: { 'accept-encoding': 'br' } }],
    ['asset, range', asset, { headers: { range: 'bytes=0-9' } }],
    ['asset with a query', `${asset}?v=2`],
    ['asset with a cookie', asset, { headers: { cookie: 'a=b' } }],
    ['asset of another origin', asset, { headers: { origin: 'https://app.example' } }],
    ['missing asset', '/assets/none-0.js'],
    ['configuration', '/config.json'],
    ['API without a token', '/api/greeting'],
    ['API outside its pattern', '/API/greeting'],
    ['API root', '/api/'],
    ...['HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => [
      [`${method} page`, '/', { method }],
      [`${method} API`, '/api/greeting', { method }],
    ]),
  ]) {
    await look(name, state.url, target, options);
  }

  const { origin: gateway, pathname: stage } = new URL(state.apiEndpoint);
  await look('gateway, no token', gateway, `${stage}/api/greeting`);
  await look('gateway, no route', gateway, `${stage}/nope`);
  await look('gateway, no stage', gateway, '/nope');

  await look('discovery', state.issuer, `${new URL(state.issuer).pathname}/.well-known/openid-configuration`);
  const authorize = (change) =>
    `/oauth2/authorize?${new URLSearchParams({ client_id: state.clientId, redirect_uri: state.callbackUrl, response_type: 'code', scope: `openid email profile ${state.apiScope}`, state: 's', nonce: 'n', ...change })}`;
  await look('authorize', state.cognitoDomain, authorize({}));
  await look('authorize for a token', state.cognitoDomain, authorize({ response_type: 'token' }));
  await look('authorize, all scopes', state.cognitoDomain, authorize({ scope: '' }));
  await look('authorize, phone', state.cognitoDomain, authorize({ scope: 'openid phone' }));
  await look('login page', state.cognitoDomain, authorize({}).replace('/oauth2/authorize', '/login'));
  await look(
    'logout',
    state.cognitoDomain,
    `/logout?${new URLSearchParams({ client_id: state.clientId, logout_uri: state.logoutUrl })}`,
  );

  const tokens = await signIn(state, authorize({}), (...login) => look('login', ...login));
  if (tokens === undefined) return seen;
  const claims = (token) => {
    const [head, payload] = (token ?? '..')
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString() || '{}'));
    const {
      exp,
      iat,
      auth_time: authTime,
      jti,
      event_id: eventId,
      origin_jti: originJti,
      at_hash: hash,
      ...rest
    } = payload;
    return {
      keys: Object.keys(payload).sort(),
      lifetime: exp - iat,
      head: Object.keys(head),
      rest: JSON.parse(named(JSON.stringify(rest))),
      made: [authTime, jti, eventId, originJti, hash].map((value) => typeof value),
    };
  };
  seen.tokens = {
    access: claims(tokens.access_token),
    id: claims(tokens.id_token),
    expiresIn: tokens.expires_in,
    keys: Object.keys(tokens),
  };
  const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } });
  await look('userInfo', state.cognitoDomain, '/oauth2/userInfo', bearer(tokens.access_token));
  for (const [door, origin, before] of [
    ['site', state.url, ''],
    ['gateway', gateway, stage],
  ]) {
    await look(
      `greeting by the ${door}`,
      origin,
      `${before}/api/greeting?name=Ada%20L.&`.replace(/&$/, ''),
      bearer(tokens.access_token),
    );
    await look(
      `greeting by the ${door}, ID token`,
      origin,
      `${before}/api/greeting`,
      bearer(tokens.id_token),
    );
    await look(`unknown path by the ${door}`, origin, `${before}/api/a/b%20c`, bearer(tokens.access_token));
  }
  await look('greetings', state.url, '/api/greetings', bearer(tokens.access_token));
  const form = (fields) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ client_id: state.clientId, ...fields })),
  });
  const refreshed = await ask(
    state.cognitoDomain,
    '/oauth2/token',
    form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
  );
  seen.refreshed = { status: refreshed.status, keys: Object.keys(JSON.parse(refreshed.body)) };
  const again = await ask(
    state.cognitoDomain,
    '/oauth2/token',
    form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
  );
  seen['refreshed again'] = { status: again.status, keys: Object.keys(JSON.parse(again.body)) };
  await look('revoke', state.cognitoDomain, '/oauth2/revoke', form({ token: tokens.refresh_token }));
  return seen;
}
