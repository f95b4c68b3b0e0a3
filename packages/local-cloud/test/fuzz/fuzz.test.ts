import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOptions } from '../../src/cli/options';
import { type LocalCloud, startLocalCloud } from '../../src/run/start';
import { smallTemplate, writeAssembly } from '../assembly';
import { malformedRequest } from './malformed-request';
import { Random } from './random';
import { rawExchange } from './raw-exchange';

const REQUESTS = 2_000;
const AT_ONCE = 100;

let cloud: LocalCloud;
const faults: unknown[] = [];

beforeAll(async () => {
  const { directory, users } = await writeAssembly(smallTemplate());
  const ports = ['--port', '--cognito-port', '--api-gateway-port', '--console-port'];
  const options = readOptions(
    [
      ...['--assembly', directory, '--users', users, '--state-file', path.join(directory, 'state.json')],
      ...ports.flatMap((flag) => [flag, '0']),
    ],
    {},
  );
  if (options === 'help') throw new Error('unexpected');
  cloud = await startLocalCloud(options, {
    log: pino({ level: 'error' }, { write: (line: string) => void faults.push(line) }),
    signal: new AbortController().signal,
    onRequest: () => undefined,
    onContainerLine: () => undefined,
    onChange: () => undefined,
  });
});

afterAll(() => cloud.close());

test.each([
  ['the distribution', 'url', ['/', '/api/a', '/config.json', '/assets/x.js']],
  [
    'Cognito',
    'cognitoDomain',
    [
      '/oauth2/token',
      '/oauth2/authorize',
      '/login',
      '/logout',
      '/oauth2/revoke',
      '/oauth2/userInfo',
      '/error',
    ],
  ],
  ['API Gateway', 'apiEndpoint', ['/live/api/a', '/live', '/']],
  ['the console', 'consoleUrl', ['/', '/requests', '/switches']],
] as const)(
  '%s survives malformed requests: no crash, no hang, no 5xx',
  async (_name, url, paths) => {
    const { host, port } = new URL(cloud.state[url]);
    const random = new Random(20_261_122);
    const failures: string[] = [];
    const answers = new Map<number, number>();
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const requests = Array.from({ length: AT_ONCE }, () => malformedRequest(random, host, paths));
      await Promise.all(
        requests.map(async (bytes) => {
          const statuses = await rawExchange(Number(port), bytes);
          for (const status of statuses) answers.set(status, (answers.get(status) ?? 0) + 1);
          if (statuses.some((status) => status >= 500)) {
            failures.push(`${statuses.join(' ')}: ${JSON.stringify(bytes.toString('latin1').slice(0, 500))}`);
          }
        }),
      );
    }
    expect(failures).toEqual([]);
    expect(faults).toEqual([]);
    // Enough requests pass the parser and reach the services.
    const rejectedByParser = answers.get(400) ?? 0;
    const all = [...answers.values()].reduce((sum, count) => sum + count, 0);
    expect(all - rejectedByParser).toBeGreaterThan(REQUESTS / 5);
    expect((await fetch(`${cloud.state.url}/`)).status).toBe(200);
  },
  120_000,
);
