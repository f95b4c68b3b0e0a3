import { send } from '../bench/running/send.mjs';
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
/** Headers of /config.json that depend on the ports of a run. */
const PORT_DEPENDENT = new Set(['etag', 'content-length']);

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|1-[0-9a-f]{8}-[0-9a-f]{24}/g;

/**
 * Observes a running local cloud from outside; replaces values that differ at every start.
 *
 * @param {any} state content of the state file
 * @returns {Promise<Record<string, unknown>>} observations by name
 */
export async function observe(state) {
  const observed = {};
  const normalize = (text) =>
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
  const observeResponse = async (name, origin, target, options) => {
    const response = await send(origin, target, options).catch((error) => ({
      status: String(error.message),
      headers: {},
      body: '',
    }));
    observed[name] = {
      status: response.status,
      headers: Object.fromEntries(
        Object.entries(response.headers)
          .filter(
            ([header]) => !VOLATILE.has(header) && !(target === '/config.json' && PORT_DEPENDENT.has(header)),
          )
          .map(([header, value]) => [
            header,
            header === 'set-cookie'
              ? value.map((cookie) => cookie.replace(/=[^;]*/, '=').replace(/expires=[^;]*/, 'expires'))
              : // HTML is cached for a second, so a response can be a hit of either kind.
                normalize(value).replace('RefreshHit', 'Hit'),
          ])
          // Hits of the two kinds have their headers in different orders.
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      body: normalize(response.body)
        .replace(/"id":\d+/g, '"id":n')
        .replace(/"\d{4}-\d\d-\d\dT[^"]+"/g, '"time"')
        .replace(/(Request ID: |RequestId>|HostId>|value=")[^<"\n]*/g, '$1')
        .slice(0, 3_000),
    };
    return response;
  };
  observed.state = Object.fromEntries(
    Object.entries(state)
      .filter(([, value]) => typeof value === 'string')
      .map(([key, value]) => [key, normalize(value).replace(/:\d+/, '')]),
  );

  const page = await observeResponse('page', state.url, '/');
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
    await observeResponse(name, state.url, target, options);
  }

  const { origin: gateway, pathname: stage } = new URL(state.apiEndpoint);
  await observeResponse('gateway, no token', gateway, `${stage}/api/greeting`);
  await observeResponse('gateway, no route', gateway, `${stage}/nope`);
  await observeResponse('gateway, no stage', gateway, '/nope');

  await observeResponse(
    'discovery',
    state.issuer,
    `${new URL(state.issuer).pathname}/.well-known/openid-configuration`,
  );
  const authorize = (change) =>
    `/oauth2/authorize?${new URLSearchParams({ client_id: state.clientId, redirect_uri: state.callbackUrl, response_type: 'code', scope: `openid email profile ${state.apiScope}`, state: 's', nonce: 'n', ...change })}`;
  await observeResponse('authorize', state.cognitoDomain, authorize({}));
  await observeResponse('authorize for a token', state.cognitoDomain, authorize({ response_type: 'token' }));
  await observeResponse('authorize, all scopes', state.cognitoDomain, authorize({ scope: '' }));
  await observeResponse('authorize, phone', state.cognitoDomain, authorize({ scope: 'openid phone' }));
  await observeResponse(
    'login page',
    state.cognitoDomain,
    authorize({}).replace('/oauth2/authorize', '/login'),
  );
  await observeResponse(
    'logout',
    state.cognitoDomain,
    `/logout?${new URLSearchParams({ client_id: state.clientId, logout_uri: state.logoutUrl })}`,
  );

  const tokens = await signIn(state, authorize({}), (...login) => observeResponse('login', ...login));
  if (tokens === undefined) return observed;
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
      rest: JSON.parse(normalize(JSON.stringify(rest))),
      types: [authTime, jti, eventId, originJti, hash].map((value) => typeof value),
    };
  };
  observed.tokens = {
    access: claims(tokens.access_token),
    id: claims(tokens.id_token),
    expiresIn: tokens.expires_in,
    keys: Object.keys(tokens),
  };
  const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } });
  await observeResponse('userInfo', state.cognitoDomain, '/oauth2/userInfo', bearer(tokens.access_token));
  for (const [endpoint, origin, prefix] of [
    ['site', state.url, ''],
    ['gateway', gateway, stage],
  ]) {
    await observeResponse(
      `greeting through the ${endpoint}`,
      origin,
      `${prefix}/api/greeting?name=Ada%20L.&`.replace(/&$/, ''),
      bearer(tokens.access_token),
    );
    await observeResponse(
      `greeting through the ${endpoint}, ID token`,
      origin,
      `${prefix}/api/greeting`,
      bearer(tokens.id_token),
    );
    await observeResponse(
      `unknown path through the ${endpoint}`,
      origin,
      `${prefix}/api/a/b%20c`,
      bearer(tokens.access_token),
    );
  }
  await observeResponse('greetings', state.url, '/api/greetings', bearer(tokens.access_token));
  const form = (fields) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ client_id: state.clientId, ...fields })),
  });
  const refreshed = await send(
    state.cognitoDomain,
    '/oauth2/token',
    form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
  );
  observed.refreshed = { status: refreshed.status, keys: Object.keys(JSON.parse(refreshed.body)) };
  const again = await send(
    state.cognitoDomain,
    '/oauth2/token',
    form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
  );
  observed['refreshed again'] = { status: again.status, keys: Object.keys(JSON.parse(again.body)) };
  await observeResponse(
    'revoke',
    state.cognitoDomain,
    '/oauth2/revoke',
    form({ token: tokens.refresh_token }),
  );
  return observed;
}
