import { connect } from 'node:net';
import { get } from 'node:http';
import type { RegisteredTargets, Target } from './target';
import type { TargetGroup } from './target-group';

const LOOPBACK = '127.0.0.1';

interface State {
  healthy: boolean;
  /** Checks in a row that said the opposite. */
  against: number;
}

/** What a load balancer thinks of the targets of one group. */
export class TargetHealth {
  readonly #group: TargetGroup;
  readonly #targets: RegisteredTargets;
  readonly #states = new WeakMap<Target, State>();
  readonly #timer: NodeJS.Timeout | undefined;

  /** Checks begin at once and end with {@link close}. */
  constructor(group: TargetGroup, targets: RegisteredTargets) {
    this.#group = group;
    this.#targets = targets;
    const { enabled, intervalMs } = group.healthCheck;
    this.#timer = enabled ? setInterval(() => void this.checkAll(), intervalMs).unref() : undefined;
  }

  /** The targets that take requests: the healthy ones, and all of them when none is (fail open). */
  available(): readonly Target[] {
    const registered = this.#targets(this.#group.arn);
    const healthy = registered.filter((target) => this.#state(target).healthy);
    return healthy.length > 0 ? healthy : registered;
  }

  /** Asks every target once. */
  async checkAll(): Promise<void> {
    await Promise.all(
      this.#targets(this.#group.arn).map(async (target) => this.#record(target, await this.#check(target))),
    );
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A target is registered once it answered, and so is healthy to begin with. */
  #state(target: Target): State {
    let state = this.#states.get(target);
    if (!state) this.#states.set(target, (state = { healthy: true, against: 0 }));
    return state;
  }

  /** @param fault `undefined` when the target answered as it should */
  #record(target: Target, fault: string | undefined): void {
    const state = this.#state(target);
    const { healthyThreshold, unhealthyThreshold } = this.#group.healthCheck;
    state.against = state.healthy === (fault !== undefined) ? state.against + 1 : 0;
    if (state.against < (state.healthy ? unhealthyThreshold : healthyThreshold)) return;
    state.healthy = !state.healthy;
    state.against = 0;
    if (!state.healthy)
      target.onUnhealthy(
        `its load balancer's health check failed ${unhealthyThreshold} times: ${fault ?? ''}.`,
      );
  }

  #check({ port }: Target): Promise<string | undefined> {
    const { healthCheckPath: path, isHealthy, healthCheck } = this.#group;
    const { protocol, timeoutMs } = healthCheck;
    return protocol === 'TCP'
      ? checkConnection(port, timeoutMs)
      : checkAnswer(port, path, timeoutMs, isHealthy);
  }
}

function checkAnswer(
  port: number,
  path: string,
  timeoutMs: number,
  isHealthy: (status: number) => boolean,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { 'User-Agent': 'ELB-HealthChecker/2.0', Connection: 'close' };
    const request = get(
      { host: LOOPBACK, port, path, headers, agent: false, timeout: timeoutMs },
      (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        resolve(isHealthy(status) ? undefined : `${path} answered ${status}`);
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.once('error', (error) => resolve(`${path}: ${error.message}`));
  });
}

function checkConnection(port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port, timeout: timeoutMs });
    const end = (fault: string | undefined): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no connection within ${timeoutMs} ms`));
    socket.once('error', (error) => end(error.message));
  });
}
