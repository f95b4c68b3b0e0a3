import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Target } from '../../elasticloadbalancing/pipeline/target-health';
import type { ContainerOptions } from './container';
import type { RunnableContainer } from '../model/service-container';
import { Task } from './task';

/** Limits memory use; more tasks behave the same. */
const MAX_TASKS = 4;
/** A build writes several files; it is considered complete after this time without a change. */
const SETTLE_MS = 100;

export interface RunningService {
  /** Port of a healthy container; `undefined` while there is none. */
  port(): number | undefined;
  /** Returns the targets that receive requests. */
  targets(): readonly Target[];
  close(): Promise<void>;
}

/**
 * Starts the desired number of containers, and restarts each one that ends or becomes unhealthy.
 *
 * @param onBuild given if the containers are replaced when the image's directory changes: each new one takes over once healthy. Takes
 *   why the containers of the build before keep running, or `undefined` when the new ones answer
 * @throws ContainerStartError when the first start of any of them fails
 */
export async function runService(
  options: ContainerOptions,
  log: Logger,
  onBuild?: (failure?: string) => void,
): Promise<RunningService> {
  const { definition, signal } = options;
  if (definition.otherContainers.length > 0) {
    const names = definition.otherContainers.join(', ');
    log.warn(
      `container ${definition.name}: other containers of its task do not run, as no load balancer sends them requests: ${names}.`,
    );
  }
  const tasks = Array.from({ length: taskCount(definition, log) }, () => new Task(options, log));
  const close = async (): Promise<void> => {
    await Promise.all(tasks.map((task) => task.close()));
  };
  const started = await Promise.allSettled(
    tasks.map((task) => firstStart(task, onBuild !== undefined, signal)),
  );
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  const { healthCheck } = definition;
  const checks =
    healthCheck &&
    setInterval(() => {
      for (const task of tasks) void task.check(healthCheck.retries);
    }, healthCheck.intervalMs).unref();

  /** Replaces one after another, so that the others keep serving. */
  const replaceAll = async (): Promise<void> => {
    const build = `the build of ${new Date().toLocaleTimeString()} in ${definition.image.directory}`;
    log.info(`container ${definition.name}: starting ${build}`);
    for (const task of tasks) {
      if (signal.aborted) return;
      await task.start().then(
        () => {
          log.info(`container ${definition.name}: ${build} answers requests`);
          onBuild?.();
        },
        (error: unknown) => {
          const failure = `${(error as Error).message}\n  The previous build keeps running.`;
          log.error(failure);
          onBuild?.(failure);
        },
      );
    }
  };
  const watcher = onBuild && (await watchImage(definition.image.directory, () => void replaceAll()));

  const targets = (): Target[] => tasks.flatMap(({ target }) => (target ? [target] : []));
  return {
    port: () => targets()[0]?.port,
    targets,
    close: async () => {
      watcher?.close();
      clearInterval(checks);
      await close();
    },
  };
}

async function firstStart(task: Task, watches: boolean, signal: AbortSignal): Promise<void> {
  await task.start().catch(async (error: unknown) => {
    if (!watches || signal.aborted) throw error;
    // A build in watch mode may have been writing the image.
    await delay(2 * SETTLE_MS);
    await task.start();
  });
}

/** Returns the number of tasks to run: one if the container has a fixed port, at most four otherwise. */
function taskCount(
  { name, desiredCount, environment, containerPort }: RunnableContainer,
  log: Logger,
): number {
  const most = environment['PORT'] === String(containerPort) ? MAX_TASKS : 1;
  if (desiredCount > most) {
    const reason =
      most === 1 ? 'the container does not read its port from PORT' : `at most ${MAX_TASKS} run locally`;
    log.warn(`container ${name}: ${most} of ${desiredCount} desired tasks run, because ${reason}.`);
  }
  return Math.min(desiredCount, most);
}

/** Calls back when the files of a directory have changed and the writing is complete. A build may replace the directory. */
async function watchImage(directory: string, onChange: () => void): Promise<{ close(): void }> {
  let known = await fingerprint(directory);
  let timer: NodeJS.Timeout | undefined;
  let inside: FSWatcher | undefined;
  const compare = async (): Promise<void> => {
    const now = await fingerprint(directory);
    if (now === known || now === undefined) return;
    known = now;
    onChange();
  };
  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void compare(), SETTLE_MS);
  };
  const watchInside = (): void => {
    inside?.close();
    inside = undefined;
    try {
      inside = watch(directory, settle);
    } catch (error) {
      // The next build creates it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  };
  // The watcher of a removed directory stays silent.
  const above = watch(path.dirname(directory), (_event, name) => {
    if (name !== path.basename(directory)) return;
    watchInside();
    settle();
  });
  watchInside();
  return {
    close: () => {
      clearTimeout(timer);
      above.close();
      inside?.close();
    },
  };
}

/** Hashes the files of a directory; returns `undefined` while one is being replaced. */
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
