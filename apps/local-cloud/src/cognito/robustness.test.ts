import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startCognito } from './testing/running-cognito';

/** Sends bytes, hangs up, and waits for what comes back. */
function sendRaw(origin: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (data) => (received += String(data)));
    socket.on('close', () => resolve(received)).on('error', reject);
    socket.end(text);
  });
}

test('what is no HTTP is refused, and its bytes are not logged', async () => {
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

test('the Host header decides nothing', async () => {
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

test('names that objects have by themselves are no clients, pages or errors', async () => {
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
