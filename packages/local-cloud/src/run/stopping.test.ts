import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import { optionsFor } from '../../test/running';
import { startLocalCloud } from './start';

/** A container that records its process id, and is healthy only if HEALTHY is set. */
const UNHEALTHY = `
  import { createServer } from 'node:http';
  import { appendFileSync } from 'node:fs';
  appendFileSync(process.env.FILE, process.pid + '\\n');
  createServer((request, response) => {
    response.statusCode = process.env.HEALTHY ? 200 : 500;
    response.end();
  }).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

async function recordingTemplates() {
  const directory = await mkdtemp(path.join(tmpdir(), 'stopping-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'pids');
  const templateWith = (...variables: string[]) => {
    const template = smallTemplate();
    const [container] = template.Resources['Task']?.Properties?.['ContainerDefinitions'] as {
      Environment: object[];
    }[];
    container?.Environment.push(
      { Name: 'FILE', Value: file },
      ...variables.map((Name) => ({ Name, Value: '1' })),
    );
    return template;
  };
  const pids = async (): Promise<number[]> =>
    (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
  return { templateWith, pids };
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

function starting(options: Awaited<ReturnType<typeof optionsFor>>) {
  const stop = new AbortController();
  const cloud = startLocalCloud(options, {
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    onRequest: () => undefined,
    onContainerLine: () => undefined,
    onChange: () => undefined,
  });
  return { stop, cloud };
}

test('stopping during the start leaves no process, port or state file', async () => {
  const { templateWith, pids } = await recordingTemplates();
  const options = await optionsFor(templateWith(), {}, UNHEALTHY);
  const { stop, cloud } = starting(options);
  const rejection = expect(cloud).rejects.toThrowError('stopped before it was healthy');
  await vi.waitFor(async () => expect(await pids()).toHaveLength(1), { timeout: 10_000 });
  stop.abort();
  await rejection;
  expect((await pids()).filter(isRunning)).toEqual([]);
  await expect(access(options.stateFile)).rejects.toThrowError();
}, 20_000);

test('stopping while a changed template is applied leaves no process', async () => {
  const { templateWith, pids } = await recordingTemplates();
  const options = await optionsFor(templateWith('HEALTHY'), {}, UNHEALTHY);
  const { cloud } = starting(options);
  const { close, state } = await cloud;
  await writeFile(
    path.join(options.assemblies[0] ?? '', 'small.template.json'),
    JSON.stringify(templateWith('CHANGED')),
  );
  await vi.waitFor(async () => expect(await pids()).toHaveLength(2), { timeout: 10_000 });
  await close();
  expect((await pids()).filter(isRunning)).toEqual([]);
  await expect(fetch(state.url)).rejects.toThrowError();
}, 20_000);
