import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HealthCheck } from '../model/service-container';
import { type ContainerOptions, forEachLine, startContainer } from './container';
import { runService } from './running-service';

const log = pino({ level: 'silent' });
const onBuild = vi.fn<(failure?: string) => void>();
const SERVER = `
  import { createServer } from 'node:http';
  createServer((request, response) => {
    if (request.url === '/exit') process.exit(7);
    response.end(JSON.stringify({ version: 1, env: process.env, cwd: process.cwd() }));
  }).listen(process.env.PORT, process.env.HOST);
  console.log('listening');
  process.on('SIGTERM', () => process.exit(0));
`;

let directory: string;
let stopped: AbortController;

beforeEach(async () => {
  stopped = new AbortController();
  directory = await mkdtemp(path.join(tmpdir(), 'image-'));
  await writeFile(path.join(directory, 'main.mjs'), SERVER);
  await writeFile(
    path.join(directory, 'Dockerfile'),
    'FROM node\nWORKDIR /app\nENV FROM_IMAGE=yes\nCOPY main.mjs ./\nCMD ["node", "main.mjs"]',
  );
});

afterEach(() => rm(directory, { recursive: true }));

function options(
  change: { healthCheck?: HealthCheck; lines?: string[]; desiredCount?: number; stopTimeoutMs?: number } = {},
): ContainerOptions {
  return {
    definition: {
      serviceLogicalId: 'Service',
      name: 'api',
      imageName: 'image',
      image: { directory, dockerFile: 'Dockerfile' },
      environment: { PORT: '8080', COLOR: 'blue' },
      secrets: {},
      taskDefinitionLogicalId: 'Task',
      entryPoint: undefined,
      command: undefined,
      containerPort: 8080,
      healthCheck: change.healthCheck,
      targetGroupArn: 'arn',
      desiredCount: change.desiredCount ?? 1,
      stopTimeoutMs: change.stopTimeoutMs ?? 5_000,
      otherContainers: [],
    },
    environment: { COLOR: 'gray', FROM_IMAGE: 'no', FROM_ACCOUNT: 'yes' },
    targetGroup: { path: '/ready', healthyStatuses: [[200, 200]] },
    signal: stopped.signal,
    onLine: (line) => change.lines?.push(line),
  };
}

function check(command: string[]): HealthCheck {
  return { command, intervalMs: 50, timeoutMs: 5_000, retries: 2, startPeriodMs: 0 };
}

interface ServerInfo {
  readonly version: number;
  readonly env: Record<string, string>;
  readonly cwd: string;
}

/** Calls the container. */
async function call(port: number | undefined): Promise<ServerInfo> {
  return (await (await fetch(`http://127.0.0.1:${port ?? 0}/`)).json()) as ServerInfo;
}

test('startContainer sets the environment of account, image and task definition, and a free port, and no other variables', async () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const lines: string[] = [];
  const container = await startContainer(options({ lines }));
  const { env, cwd } = await call(container.port);
  expect(env).toEqual({
    PATH: process.env['PATH'],
    HOST: '127.0.0.1',
    HOME: path.dirname(cwd),
    FROM_ACCOUNT: 'yes',
    FROM_IMAGE: 'yes',
    COLOR: 'blue',
    PORT: String(container.port),
  });
  expect(cwd.endsWith('/app')).toBe(true);
  expect(lines).toEqual(['listening']);
  await container.stop();
  expect(await container.ended).toBe('exited with code 0.');
  await expect(call(container.port)).rejects.toThrowError();
});

test('startContainer reports the output of a container that ends before it is healthy', async () => {
  await writeFile(path.join(directory, 'main.mjs'), `console.error('no database'); process.exit(3);`);
  const lines: string[] = [];
  await expect(startContainer(options({ lines }))).rejects.toThrowError(
    /Container api: exited with code 3\. Its output:\n {2}no database/,
  );
  // The log has the error.
  expect(lines).toEqual([]);
});

test('startContainer reports the stack of an error that a logger wrote as JSON', async () => {
  const line = JSON.stringify({
    level: 'error',
    err: { stack: 'Error: no table\n    at start' },
    msg: 'failed',
  });
  await writeFile(path.join(directory, 'main.mjs'), `console.log(${JSON.stringify(line)}); process.exit(1);`);
  await expect(startContainer(options())).rejects.toThrowError(
    'Its output:\n  failed\n  Error: no table\n      at start',
  );
});

test('startContainer rejects when it is aborted before the container is healthy', async () => {
  await writeFile(path.join(directory, 'main.mjs'), 'setInterval(() => {}, 1000);');
  const start = startContainer(options());
  stopped.abort();
  await expect(start).rejects.toThrowError(/stopped before it was healthy/);
});

test('runService restarts a container that ends', async () => {
  const service = await runService(options(), log);
  const first = service.port();
  await fetch(`http://127.0.0.1:${first ?? 0}/exit`).catch(() => undefined);
  await vi.waitFor(() => expect(service.port()).not.toBe(first), { timeout: 10_000 });
  await vi.waitFor(() => expect(service.port()).toBeDefined(), { timeout: 10_000 });
  expect((await call(service.port())).version).toBe(1);
  stopped.abort();
  await service.close();
});

test('runService replaces a container whose health check fails too often', async () => {
  const flag = path.join(directory, 'unhealthy');
  const command = ['node', '-e', `process.exit(require('fs').existsSync(${JSON.stringify(flag)}) ? 1 : 0)`];
  const service = await runService(options({ healthCheck: check(command) }), log);
  const first = service.port();
  await writeFile(flag, '');
  await vi.waitFor(() => expect(service.port()).toBeUndefined(), { timeout: 10_000 });
  await rm(flag);
  await vi.waitFor(() => expect(service.port()).toBeDefined(), { timeout: 10_000 });
  expect(service.port()).not.toBe(first);
  stopped.abort();
  await service.close();
});

test('runService replaces the container when its image changes, unless the new one does not start', async () => {
  const service = await runService(options(), log, onBuild);
  const main = path.join(directory, 'main.mjs');
  await writeFile(main, SERVER.replace('version: 1', 'version: 2'));
  await vi.waitFor(async () => expect((await call(service.port())).version).toBe(2), { timeout: 10_000 });
  expect(onBuild).toHaveBeenLastCalledWith();
  const port = service.port();
  await writeFile(main, 'process.exit(1)');
  await vi.waitFor(() => expect(onBuild).toHaveBeenLastCalledWith(expect.stringContaining('keeps running')), {
    timeout: 10_000,
  });
  expect([service.port(), (await call(port)).version]).toEqual([port, 2]);
  stopped.abort();
  await service.close();
});

test('runService replaces the container when a build removes and recreates the directory of the image, and logs which build answers', async () => {
  const logged = vi.spyOn(log, 'info');
  const service = await runService(options(), log, onBuild);
  const dockerfile = await readFile(path.join(directory, 'Dockerfile'));
  for (const version of [2, 3]) {
    await rm(directory, { recursive: true });
    await mkdir(directory);
    await writeFile(path.join(directory, 'Dockerfile'), dockerfile);
    await writeFile(path.join(directory, 'main.mjs'), SERVER.replace('version: 1', `version: ${version}`));
    await vi.waitFor(async () => expect((await call(service.port())).version).toBe(version), {
      timeout: 10_000,
    });
  }
  await expect
    .poll(() => logged)
    .toHaveBeenLastCalledWith(expect.stringMatching(/the build of .* in .*image-.* answers requests/));
  stopped.abort();
  await service.close();
}, 30_000);

test('startContainer names the file that a Dockerfile copies and the build did not write', async () => {
  await rm(path.join(directory, 'main.mjs'));
  await expect(startContainer(options())).rejects.toThrowError(
    /its Dockerfile copies .*main\.mjs, which does not exist/,
  );
});

test('runService retries the first start when the image is being written', async () => {
  const main = path.join(directory, 'main.mjs');
  await writeFile(main, '');
  setTimeout(() => void writeFile(main, SERVER), 50);
  const service = await runService(options(), log, onBuild);
  expect((await call(service.port())).version).toBe(1);
  stopped.abort();
  await service.close();
});

test('runService starts the desired number of containers, each on its own port', async () => {
  const service = await runService(options({ desiredCount: 2 }), log);
  const ports = service.targets().map(({ port }) => port);
  expect(new Set(ports).size).toBe(2);
  for (const port of ports) expect((await call(port)).version).toBe(1);
  stopped.abort();
  await service.close();
  expect(await Promise.allSettled(ports.map((port) => call(port)))).toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
});

test('runService starts a failing container again when its image changes', async () => {
  const service = await runService(options(), log, onBuild);
  const main = path.join(directory, 'main.mjs');
  const logged = vi.spyOn(log, 'error');
  await writeFile(main, 'process.exit(1)');
  await vi.waitFor(() => expect(logged).toHaveBeenCalledWith(expect.stringContaining('keeps running')), {
    timeout: 10_000,
  });
  await fetch(`http://127.0.0.1:${service.port() ?? 0}/exit`).catch(() => undefined);
  await vi.waitFor(() => expect(logged).toHaveBeenCalledWith(expect.stringContaining('Retrying')), {
    timeout: 10_000,
  });
  expect(service.targets()).toEqual([]);
  await writeFile(main, SERVER.replace('version: 1', 'version: 2'));
  await vi.waitFor(async () => expect((await call(service.port())).version).toBe(2), { timeout: 10_000 });
  stopped.abort();
  await service.close();
}, 30_000);

test('runService logs a warning when it runs fewer tasks than desired', async () => {
  const logged = vi.spyOn(log, 'warn');
  const fixed = options({ desiredCount: 2 });
  const definition = { ...fixed.definition, environment: { PORT: '0' }, containerPort: 1, desiredCount: 0 };
  const none = await runService({ ...fixed, definition }, log);
  expect([none.targets(), none.port()]).toEqual([[], undefined]);
  await none.close();
  await expect(
    runService(
      {
        ...fixed,
        definition: {
          ...definition,
          image: { directory: '/nowhere', dockerFile: 'Dockerfile' },
          desiredCount: 3,
        },
      },
      log,
    ),
  ).rejects.toThrowError(/cannot be read/);
  expect(logged).toHaveBeenCalledWith(
    expect.stringContaining(
      '1 of 3 desired tasks run, because the container does not read its port from PORT',
    ),
  );
});

test('runService replaces a container that the load balancer considers unhealthy', async () => {
  const service = await runService(options(), log);
  const [first] = service.targets();
  first?.onUnhealthy("its load balancer's health check failed 2 times: /ready responded with 500.");
  expect(service.targets()).toEqual([]);
  await vi.waitFor(() => expect(service.port()).not.toBe(first?.port), { timeout: 10_000 });
  await vi.waitFor(() => expect(service.port()).toBeDefined(), { timeout: 10_000 });
  stopped.abort();
  await service.close();
});

test('a replaced container completes its in-flight requests', async () => {
  const service = await runService(
    {
      ...options(),
      targetGroup: { path: '/', healthyStatuses: [[100, 599]], deregistrationDelayMs: 60_000 },
    },
    log,
    onBuild,
  );
  const [first] = service.targets();
  if (!first) throw new Error('no target');
  first.inFlight = 1;
  await writeFile(path.join(directory, 'main.mjs'), SERVER.replace('version: 1', 'version: 2'));
  await vi.waitFor(() => expect(service.port()).not.toBe(first.port), { timeout: 10_000 });
  expect((await call(first.port)).version).toBe(1);
  first.inFlight = 0;
  await vi.waitFor(() => expect(call(first.port)).rejects.toThrowError(), { timeout: 10_000 });
  expect((await call(service.port())).version).toBe(2);
  stopped.abort();
  await service.close();
});

test('stop kills a container that ignores SIGTERM after the timeout, with its child processes', async () => {
  await writeFile(
    path.join(directory, 'main.mjs'),
    `${SERVER.replace("process.on('SIGTERM', () => process.exit(0));", "process.on('SIGTERM', () => undefined);")}
    import { spawn } from 'node:child_process';
    console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid);`,
  );
  const lines: string[] = [];
  const container = await startContainer(options({ lines }));
  await container.stop(50);
  expect(await container.ended).toBe('killed by SIGKILL.');
  const child = Number(lines.find((line) => /^\d+$/.test(line)));
  await vi.waitFor(() => expect(() => process.kill(child, 0)).toThrowError(/ESRCH/), { timeout: 10_000 });
});

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = new PassThrough();
  forEachLine(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  await new Promise<void>((resolve) => stream.once('close', resolve).end());
  return lines;
}

test('forEachLine joins chunks into lines, including an unterminated last one', async () => {
  const [start, end] = [Buffer.from('gr\u00fcn\n').subarray(0, 3), Buffer.from('gr\u00fcn\n').subarray(3)];
  expect(await linesOf('a\nb', 'c\r\n\n', start, end, 'last')).toEqual(['a', 'bc', '', 'grün', 'last']);
});

test('forEachLine splits a line that is too long', async () => {
  const lines = await linesOf('x'.repeat(100_000), 'x'.repeat(100_000));
  expect(lines.map((line) => line.length)).toEqual([65_536, 65_536, 65_536, 3_392]);
});
