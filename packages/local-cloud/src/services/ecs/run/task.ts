import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Target } from '../../elasticloadbalancing/pipeline/target';
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
  /** The pause before the next attempt; there is nothing to wait for once somebody asks for a start. */
  #pause: AbortController | undefined;

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
    this.#pause?.abort();
    return this.#inTurn(() => this.#start());
  }

  /** Runs the health check of the task definition once; a container that fails too often is replaced. */
  async check(retries: number): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#failedChecks = (await running.container.isHealthy()) ? 0 : this.#failedChecks + 1;
    if (this.#failedChecks < retries || running !== this.#running) return;
    this.#giveUp(running, `its health check failed ${retries} times.`);
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
      if (this.#running?.container === container) this.#giveUp(this.#running, why);
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
    const ranForMs = performance.now() - running.startedAt;
    this.#log.warn(`container ${this.#name}: ${why} Starting it again.`);
    void this.#inTurn(async () => {
      await running.container.stop();
      await this.#startAgain(ranForMs);
    });
  }

  async #startAgain(ranForMs: number): Promise<void> {
    for (let lived = ranForMs; !this.#isOver; lived = 0) {
      const pauseMs = this.#backOff.pauseAfter(lived);
      if (pauseMs > 0) await this.#wait(pauseMs);
      if (this.#isOver) return;
      try {
        return await this.#start();
      } catch (error) {
        this.#log.error(`${(error as Error).message} Trying again.`);
      }
    }
  }

  async #wait(ms: number): Promise<void> {
    this.#pause = new AbortController();
    const signal = AbortSignal.any([this.#pause.signal, this.#options.signal]);
    // Ending the pause early is what the signal is for.
    await delay(ms, undefined, { ref: false, signal }).catch(() => undefined);
  }

  /** What is unhealthy gets no more requests and is stopped, while another is started. */
  #giveUp(running: Running, why: string): void {
    if (this.#isOver || this.#running !== running) return;
    this.#running = undefined;
    this.#failedChecks = 0;
    this.#log.warn(`container ${this.#name}: ${why} Replacing it.`);
    const ranForMs = performance.now() - running.startedAt;
    this.#letGo(running);
    void this.#inTurn(() => this.#startAgain(ranForMs));
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
