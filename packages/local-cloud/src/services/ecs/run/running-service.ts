import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Target } from '../../elasticloadbalancing/pipeline/target';
import type { ContainerOptions } from './container';
import { SETTLE_MS, watchImage } from './image-watch';
import type { ServiceContainer } from '../model/service-container';
import { Task } from './task';

/** More processes than this show nothing that fewer do not, and memory is the machine's. */
const MAX_TASKS = 4;

/** A service that keeps its tasks running. */
export interface RunningService {
  /** Where a healthy container listens; `undefined` while there is none. */
  port(): number | undefined;
  /** The tasks that take requests at this moment. */
  targets(): readonly Target[];
  /** Stops every container, and for good. */
  close(): Promise<void>;
}

/**
 * Starts as many containers as the service desires, and each again whenever it ends or its health check fails as often as
 * the task definition allows.
 *
 * @param watches containers are replaced when the image's directory changes: each new one takes over once healthy
 * @throws ContainerStartError when the first start of any of them fails
 */
export async function runService(
  options: ContainerOptions,
  log: Logger,
  watches: boolean,
): Promise<RunningService> {
  const { definition, signal } = options;
  if (definition.companions.length > 0) {
    const names = definition.companions.join(', ');
    log.warn(
      `container ${definition.name}: ${names} of the same task not run: no load balancer sends it requests.`,
    );
  }
  const tasks = Array.from({ length: taskCount(definition, log) }, () => new Task(options, log));
  const close = async (): Promise<void> => {
    await Promise.all(tasks.map((task) => task.close()));
  };
  const started = await Promise.allSettled(tasks.map((task) => firstStart(task, watches, signal)));
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

  /** One after another, so that there is always one that answers. */
  const replaceAll = async (): Promise<void> => {
    log.info(`container ${definition.name}: its image changed, replacing it`);
    for (const task of tasks) {
      if (signal.aborted) return;
      await task
        .start()
        .catch((error: unknown) => log.error(`${(error as Error).message} The previous one keeps running.`));
    }
  };
  const watcher = watches ? await watchImage(definition.image.directory, () => void replaceAll()) : undefined;

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
    // The watching build may have been writing the image while it was read.
    await delay(2 * SETTLE_MS);
    await task.start();
  });
}

/** Containers that do not follow `PORT` would want the same port: only one of them can run. */
function taskCount(
  { name, desiredCount, environment, containerPort }: ServiceContainer,
  log: Logger,
): number {
  const most = environment['PORT'] === String(containerPort) ? MAX_TASKS : 1;
  if (desiredCount > most) {
    const why =
      most === 1 ? 'it does not follow PORT, so two would want the same port' : 'more would show nothing new';
    log.warn(`container ${name}: ${most} of ${desiredCount} desired tasks run here; ${why}.`);
  }
  return Math.min(desiredCount, most);
}
