import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startCognito } from './testing/running-cognito';

/** Sends bytes, ends the connection, and returns the response. A server may reset the connection after its response. */
function sendRaw(origin: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (data) => (received += String(data)));
    socket.on('close', () => resolve(received)).on('error', (error) => received === '' && reject(error));
    socket.end(text, 'latin1');
  });
}

test('malformed HTTP is rejected, and its bytes are not logged', async () => {
  const { origin, browser, logged, close } = await startCognito();
  const head = 'Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  for (const path of ['/oauth2/token', `/login?${browser().query()}`]) {
    const broken = `POST ${path} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nZZ code=a-secret\r\n`;
    expect(await sendRaw(origin, broken)).toContain('400 Bad Request');
    const cut = `POST ${path} HTTP/1.1\r\n${head}Content-Length: 99\r\n\r\ncode=a-secret`;
    await sendRaw(origin, cut);
  }
  expect(logged.join('')).not.toMatch(/a-secret|rawPacket|"level":50/);
  await close();
});

test('the Host header has no effect', async () => {
  const { origin, browser, close } = await startCognito();
  const target = `/oauth2/authorize?${browser().query()}`;
  for (const host of ['evil.example', '']) {
    const answer = await sendRaw(
      origin,
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: evil.example\r\n\r\n`,
    );
    expect(answer).toContain(`Location: ${origin}/login?`);
    expect(answer).not.toContain('evil.example');
  }
  await close();
});

test('names of Object.prototype are not clients, pages or errors', async () => {
  const { browser, origin, close } = await startCognito();
  const visitor = browser();
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const response = await visitor.authorize({ client_id: name });
    expect(response.headers.get('location')).toContain('/error?error=Client+does+not+exist.');
    expect((await fetch(`${origin}/error?error=${name}`)).status).toBe(400);
    expect((await fetch(`${origin}/${name}`)).status).toBe(404);
  }
  await close();
});

/** Returns the same numbers in every run, so that failures can be reproduced. */
function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

const PIECES = [
  '%',
  '%zz',
  '%00',
  '%ff%fe',
  '%0d%0aSet-Cookie:x=y',
  '=',
  '&',
  '&&==',
  '+',
  '[]',
  'a[b]=c',
  'client_id=__proto__',
  'redirect_uri=javascript:alert(1)',
  'redirect_uri=http%3A%2F%2Flocalhost%3A4300%2Fcallback',
  'response_type=code&response_type=token',
  'scope=openid%20%20email',
  'code_challenge=%ff',
  'code_challenge_method=S256',
  'state=%f0%9f%92%a9',
  'prompt=none%20login',
  'max_age=-1',
  'claims=%7B',
  'request=eyJhbGciOiJub25lIn0.e30.',
  'resource=::&resource=::',
  'grant_type=authorization_code',
  'grant_type=refresh_token&refresh_token=%00',
  'grant_type=client_credentials',
  'token=a.b.c',
  'token=%00',
  'session=x&session=y',
  '_csrf=1.%ff',
  'username=%00&password=%ff',
  'logout_uri=%',
  'x'.repeat(3_000),
  '\u00ff\u00fe',
];

const HEADERS = [
  'Authorization: Bearer ',
  'Authorization: Bearer a.b.c',
  'Authorization: Basic %%%',
  `Authorization: Basic ${Buffer.from('a').toString('base64')}`,
  `Authorization: Basic ${Buffer.from('\0:\0').toString('base64')}`,
  'Authorization: DPoP x',
  'DPoP: x',
  'Cookie: cognito=%00; cognito.sig=%ff; XSRF-TOKEN=%',
  'Cookie: =;;;==; cognito',
  'Content-Type: application/x-www-form-urlencoded; charset=nonsense',
  'Content-Type: application/json',
  'Content-Type: multipart/form-data',
  'Content-Type: ;;;',
  'Accept: text/html',
  'Accept-Language: \u00ff',
  'Origin: null',
  'OAuth-Client-Attestation: x',
  'X-Forwarded-Proto: https',
  'Transfer-Encoding: chunked, gzip',
  'Expect: 100-continue',
  'Content-Encoding: gzip',
  `X-Long: ${'y'.repeat(10_000)}`,
];

test('a thousand malformed requests get no 5xx and log no error', { timeout: 120_000 }, async () => {
  const { origin, browser, clientId, issuer, logged, close } = await startCognito();
  const random = seededRandom(20_261_122);
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const paths = [
    '/oauth2/authorize',
    '/oauth2/token',
    '/oauth2/userInfo',
    '/oauth2/revoke',
    '/login',
    '/logout',
    '/forgotPassword',
    '/confirmforgotPassword',
    '/signup',
    '/confirm',
    '/resendcode',
  ];
  const others = ['/error', '/confirmUser', '//', '/%', '/login/%2e%2e', new URL(issuer).pathname, '*'];
  const form = 'Content-Type: application/x-www-form-urlencoded';
  for (let i = 0; i < 1_000; i++) {
    const path = random(5) === 0 ? pick(others) : pick(paths);
    const known = random(2) === 0 ? `client_id=${clientId}&` : random(2) === 0 ? `${browser().query()}&` : '';
    const junk = () => known + Array.from({ length: random(5) }, () => pick(PIECES)).join('&');
    const method = pick(['GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'BREW']);
    const body = method === 'POST' ? junk() : '';
    const headers = Array.from({ length: random(4) }, () => pick(HEADERS));
    if (random(2) === 0) headers.unshift(form);
    const request = [
      `${method} ${path}?${junk()} HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
      ...headers,
      `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
      '',
      body,
    ].join('\r\n');
    const answer = await sendRaw(origin, request);
    expect(answer, request).toMatch(/^(HTTP\/1\.1 [1-4]\d\d |$)/);
  }
  expect(logged.join('')).not.toContain('"level":50');
  await close();
});

test('many headers, long headers and an endless form are rejected or ignored, and other requests work', async () => {
  const { origin, browser, close } = await startCognito();
  const many = Array.from({ length: 1_500 }, (_, i) => `X-${i}: ${i}`).join('\r\n');
  const login = `/login?${browser().query()}`;
  expect(
    await sendRaw(origin, `GET ${login} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${many}\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 (200|431) /);
  const long = `Cookie: ${'a=b; '.repeat(20_000)}`;
  expect(await sendRaw(origin, `GET ${login} HTTP/1.1\r\nHost: x\r\n${long}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 /,
  );
  const endless = 'Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked';
  const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`;
  for (const path of [login, '/oauth2/token', '/oauth2/revoke']) {
    const answer = await sendRaw(
      origin,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${endless}\r\n\r\n${chunk.repeat(8)}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|13) /);
  }
  expect((await fetch(origin + login)).status).toBe(200);
  await close();
});
