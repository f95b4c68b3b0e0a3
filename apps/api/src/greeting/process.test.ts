import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { run, startApi } from '../../test/api-process';
import { environmentOf, serveTables } from '../../test/tables';

test('the built API returns a greeting', async () => {
  const { url } = await startApi();
  expect(await (await fetch(`${url}/api/greeting?name=Ada`)).json()).toEqual({
    id: 1,
    content: 'Hello, Ada!',
  });
});

test('the API continues after the ids of the previous process', async () => {
  const { environment } = await serveTables();
  const env = { ...environment, GREETING_ID_BLOCK: '5' };
  for (const id of [1, 6]) {
    const { child, ended, url } = await startApi(env);
    await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/api/greeting`)).json()).toMatchObject({ id });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  }
});

test('the health checks pass while the API cannot reach its table, and the log shows the reason', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const env = { ...environmentOf(`http://127.0.0.1:${port}`), GREETING_TABLE: 'greetings' };
  const { child, ended, logged, url } = await startApi(env);
  for (const path of ['/health', '/ready']) expect((await fetch(url + path)).status).toBe(200);
  const response = await fetch(`${url}/api/greeting`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    detail: 'Greetings are temporarily unavailable; retry in 5 s',
  });
  expect(await logged('request errored')).toMatchObject({
    level: 'error',
    code: 'ERR_STORE_UNAVAILABLE',
    err: { cause: { message: expect.stringContaining('ECONNREFUSED') } },
  });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('the API reports a missing region in one line', async () => {
  const env = {
    ...environmentOf('http://127.0.0.1:1'),
    TOKEN_VERIFICATION: 'off',
    AWS_REGION: '',
    GREETING_TABLE: 'greetings',
  };
  const { code, stderr } = await run(['main.js'], env).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('AWS_REGION is not set: set it to the region of the tables');
});
