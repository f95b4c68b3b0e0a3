import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Container, type ContainerOptions, startContainer } from './container';

const MAX_BACK_OFF_MS = 30_000;
const SETTLE_MS = 100;

/** A service that keeps one container running. */
export interface RunningService {
  /** Where the healthy container listens; `undefined` while there is none. */
  port(): number | undefined;
  /** Stops the container; the options' signal must be aborted by then, or another would be started. */
  close(): Promise<void>;
}

/**
 * Starts a service's container, and again whenever it ends or its health check fails as often as the task definition
 * allows.
 *
 * @param watchImage the container is replaced when the image's directory changes: the new one takes over once healthy
 * @throws ContainerStartError when the first start fails
 */
export async function runService(
  options: ContainerOptions,
  log: Logger,
  watchImage: boolean,
): Promise<RunningService> {
  const { definition } = options;
  let current: Container | undefined;
  const closed = options.signal;
  let work: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = work.then(task);
    work = result.catch((error: unknown) => log.error({ err: error }, `container ${definition.name}`));
    return result;
  };

  const start = async (): Promise<void> => {
    const next = await startContainer(options);
    const previous = current;
    if (closed.aborted) return next.stop();
    current = next;
    void next.ended.then((why) => {
      if (closed.aborted || current !== next) return;
      current = undefined;
      log.warn(`container ${definition.name}: ${why} Starting it again.`);
      void inTurn(async () => {
        await next.stop();
        await startWithBackOff();
      });
    });
    await previous?.stop();
  };

  const startWithBackOff = async (): Promise<void> => {
    for (let pause = 250; !closed.aborted; pause = Math.min(pause * 2, MAX_BACK_OFF_MS)) {
      try {
        return await start();
      } catch (error) {
        log.error(`${(error as Error).message} Trying again in ${pause} ms.`);
        await delay(pause, undefined, { ref: false });
      }
    }
  };

  await start().catch(async (error: unknown) => {
    if (!watchImage || closed.aborted) throw error;
    // The watching build may have been writing the image while it was read.
    await delay(2 * SETTLE_MS);
    await start();
  });
  const checks = definition.healthCheck && superviseHealth(options, () => current, log);
  const watcher = watchImage ? await watchDirectory(definition.image.directory, onImageChange) : undefined;

  function onImageChange(): void {
    void inTurn(async () => {
      if (closed.aborted) return;
      log.info(`container ${definition.name}: its image changed, replacing it`);
      await start().catch((error: unknown) =>
        log.error(`${(error as Error).message} The previous one keeps running.`),
      );
    });
  }

  return {
    port: () => current?.port,
    close: async () => {
      watcher?.close();
      clearInterval(checks);
      await current?.stop();
      await work;
    },
  };
}

/** ECS ends a container whose check fails too often; the service then starts another. */
function superviseHealth(
  { definition }: ContainerOptions,
  current: () => Container | undefined,
  log: Logger,
): NodeJS.Timeout | undefined {
  if (!definition.healthCheck) return undefined;
  const { intervalMs, retries } = definition.healthCheck;
  let failures = 0;
  const check = async (): Promise<void> => {
    const container = current();
    if (!container) return;
    failures = (await container.isHealthy()) ? 0 : failures + 1;
    if (failures < retries || container !== current()) return;
    failures = 0;
    log.warn(`container ${definition.name}: its health check failed ${retries} times`);
    await container.stop();
  };
  return setInterval(() => void check(), intervalMs).unref();
}

/** Calls back when the content of a directory's files has changed and is quiet again. */
async function watchDirectory(directory: string, onChange: () => void): Promise<FSWatcher> {
  let known = await fingerprint(directory);
  let timer: NodeJS.Timeout | undefined;
  const compare = async (): Promise<void> => {
    const now = await fingerprint(directory);
    if (now === known || now === undefined) return;
    known = now;
    onChange();
  };
  return watch(directory, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void compare(), SETTLE_MS);
  });
}

/** `undefined` while a file is being replaced. */
async function fingerprint(directory: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(file).update(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
