import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Target } from '../../elasticloadbalancing/pipeline/target-health';
import { type Container, type ContainerOptions, startContainer } from './container';

const BACK_OFF: BackOffOptions = { firstMs: 250, maxMs: 30_000, resetAfterMs: 10_000 };

interface Running {
  readonly container: Container;
  readonly target: Target;
  readonly startedAt: number;
}

/** Keeps one container of a service running: replaces it on request, or when it ends or is unhealthy. */
export class Task {
  readonly #options: ContainerOptions;
  readonly #log: Logger;
  readonly #backOff = new BackOff(BACK_OFF);
  readonly #stopping = new Set<Promise<void>>();
  #running: Running | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #failedChecks = 0;
  #isClosed = false;
  /** Ends the pause before the next start. */
  #pause: AbortController | undefined;

  constructor(options: ContainerOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  /** The registered target of its target group; `undefined` while no container is healthy. */
  get target(): Target | undefined {
    return this.#running?.target;
  }

  /**
   * Starts a new container. The previous one gets no more requests, completes its in-flight requests within the
   * deregistration delay, and is stopped.
   *
   * @throws ContainerStartError and keeps the previous container running
   */
  start(): Promise<void> {
    this.#pause?.abort();
    return this.#inTurn(() => this.#start());
  }

  /** Runs the health check of the task definition once; replaces the container after `retries` failures in a row. */
  async check(retries: number): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#failedChecks = (await running.container.isHealthy()) ? 0 : this.#failedChecks + 1;
    if (this.#failedChecks < retries || running !== this.#running) return;
    this.#replace(running, `its health check failed ${retries} times.`);
  }

  /** Stops the container without waiting for in-flight requests. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.container.stop();
    await Promise.all(this.#stopping);
    await this.#work;
  }

  async #start(): Promise<void> {
    const container = await startContainer(this.#options);
    if (this.#isOver) return container.stop();
    const target = new Target(container.port, (reason) => {
      if (this.#running?.container === container) this.#replace(this.#running, reason);
    });
    const running: Running = { container, target, startedAt: performance.now() };
    const previous = this.#running;
    this.#running = running;
    this.#failedChecks = 0;
    void container.ended.then((reason) => this.#onEnd(running, reason));
    if (previous) this.#drainAndStop(previous);
  }

  #onEnd(running: Running, reason: string): void {
    if (this.#isOver || this.#running !== running) return;
    this.#running = undefined;
    const ranForMs = performance.now() - running.startedAt;
    this.#log.warn(`container ${this.#name}: ${reason} Restarting it.`);
    void this.#inTurn(async () => {
      await running.container.stop();
      await this.#restart(ranForMs);
    });
  }

  async #restart(ranForMs: number): Promise<void> {
    for (let lastRunMs = ranForMs; !this.#isOver; lastRunMs = 0) {
      await this.#wait(this.#backOff.pauseAfter(lastRunMs));
      if (this.#isOver) return;
      try {
        return await this.#start();
      } catch (error) {
        this.#log.error(`${(error as Error).message} Retrying.`);
      }
    }
  }

  async #wait(ms: number): Promise<void> {
    this.#pause = new AbortController();
    const signal = AbortSignal.any([this.#pause.signal, this.#options.signal]);
    await delay(ms, undefined, { ref: false, signal }).catch(() => undefined);
  }

  /** Deregisters and stops an unhealthy container while another one starts. */
  #replace(running: Running, reason: string): void {
    if (this.#isOver || this.#running !== running) return;
    this.#running = undefined;
    this.#failedChecks = 0;
    this.#log.warn(`container ${this.#name}: ${reason} Replacing it.`);
    const ranForMs = performance.now() - running.startedAt;
    this.#drainAndStop(running);
    void this.#inTurn(() => this.#restart(ranForMs));
  }

  #drainAndStop({ container, target }: Running): void {
    const { definition, targetGroup, signal } = this.#options;
    const stopping = target
      .drained(targetGroup.deregistrationDelayMs ?? 0, signal)
      .then(async () => {
        const stopped = container.stop(definition.stopTimeoutMs);
        if (!signal.aborted) await Promise.race([stopped, untilAborted(signal)]);
        if (signal.aborted) await container.stop();
        await stopped;
      })
      .catch((error: unknown) => this.#log.error({ err: error }, `container ${this.#name}`))
      .finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#options.signal.aborted;
  }

  get #name(): string {
    return this.#options.definition.name;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** The pause after a container that ran this long is the first one again. */
  readonly resetAfterMs: number;
}

/**
 * Exponential back-off: `firstMs`, doubled up to `maxMs`. There is always a pause: who ends a tree of processes, such as Nx, ends
 * containers first, and then the local cloud, if it has no new ones.
 */
export class BackOff {
  readonly #options: BackOffOptions;
  #pauseMs = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** @param ranForMs how long the container ran; 0 when it did not start */
  pauseAfter(ranForMs: number): number {
    const { firstMs, maxMs, resetAfterMs } = this.#options;
    if (ranForMs >= resetAfterMs) this.#pauseMs = 0;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, firstMs), maxMs);
    return this.#pauseMs;
  }
}
