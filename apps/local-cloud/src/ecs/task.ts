import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Target } from '../elasticloadbalancing/target';
import { BackOff } from './back-off';
import { type Container, type ContainerOptions, startContainer } from './container';

const BACK_OFF = { firstMs: 250, maxMs: 30_000, resetAfterMs: 10_000 } as const;

interface Running {
  readonly container: Container;
  readonly target: Target;
  readonly startedAt: number;
}

/**
 * Keeps one container of a service running: starts another, with pauses that grow, when it ends or is unhealthy, and
 * replaces it without a gap when it is told to.
 */
export class Task {
  readonly #options: ContainerOptions;
  readonly #log: Logger;
  readonly #backOff = new BackOff(BACK_OFF);
  /** Containers that are on their way out. */
  readonly #leaving = new Set<Promise<void>>();
  #running: Running | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #failedChecks = 0;
  #isClosed = false;

  constructor(options: ContainerOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  /** As what it is registered with its load balancer; `undefined` while it is not. */
  get target(): Target | undefined {
    return this.#running?.target;
  }

  /**
   * Starts the container, and lets the one before finish what it has begun: it gets no more requests, then SIGTERM,
   * then SIGKILL after its stop timeout.
   *
   * @throws ContainerStartError with the one before still running
   */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** Runs the health check of the task definition once; a container that fails too often is replaced. */
  async check(retries: number): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#failedChecks = (await running.container.isHealthy()) ? 0 : this.#failedChecks + 1;
    if (this.#failedChecks < retries || running !== this.#running) return;
    await this.#giveUp(running, `its health check failed ${retries} times.`);
  }

  /** Stops at once, and for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.container.stop();
    await Promise.all(this.#leaving);
    await this.#work;
  }

  async #start(): Promise<void> {
    const container = await startContainer(this.#options);
    if (this.#isOver) return container.stop();
    const target = new Target(container.port, (why) => {
      if (this.#running?.container === container) void this.#giveUp(this.#running, why);
    });
    const running: Running = { container, target, startedAt: performance.now() };
    const previous = this.#running;
    this.#running = running;
    this.#failedChecks = 0;
    void container.ended.then((why) => this.#onEnd(running, why));
    if (previous) this.#letGo(previous);
  }

  #onEnd(running: Running, why: string): void {
    if (this.#isOver || this.#running !== running) return;
    this.#running = undefined;
    this.#log.warn(`container ${this.#name}: ${why} Starting it again.`);
    void this.#inTurn(async () => {
      await running.container.stop();
      await this.#startAgain(performance.now() - running.startedAt);
    });
  }

  async #startAgain(ranForMs: number): Promise<void> {
    const { signal } = this.#options;
    for (let lived = ranForMs; !this.#isOver; lived = 0) {
      const pauseMs = this.#backOff.pauseAfter(lived);
      if (pauseMs > 0) await delay(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (this.#isOver) return;
      try {
        return await this.#start();
      } catch (error) {
        this.#log.error(`${(error as Error).message} Trying again.`);
      }
    }
  }

  /** ECS stops what is unhealthy; the end of it then starts another. */
  async #giveUp(running: Running, why: string): Promise<void> {
    this.#failedChecks = 0;
    this.#log.warn(`container ${this.#name}: ${why}`);
    await running.container.stop(this.#options.definition.stopTimeoutMs);
  }

  #letGo({ container, target }: Running): void {
    const { definition, targetHealth, signal } = this.#options;
    const leaving = target
      .drained(targetHealth.deregistrationDelayMs ?? 0, signal)
      .then(async () => {
        const stopped = container.stop(definition.stopTimeoutMs);
        if (!signal.aborted) await Promise.race([stopped, untilAborted(signal)]);
        if (signal.aborted) await container.stop();
        await stopped;
      })
      .catch((error: unknown) => this.#log.error({ err: error }, `container ${this.#name}`))
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
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
