import { connect } from 'node:net';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type HealthCheck, includesStatus, type TargetGroup } from '../model/target-group';

const POLL_INTERVAL_MS = 20;

/** A registered target of a target group: a task. */
export class Target {
  /** Number of requests without a complete response. */
  inFlight = 0;

  /** `port` of the task on this machine; `onUnhealthy` is called with the reason when a healthy target fails its checks. */
  constructor(
    readonly port: number,
    readonly onUnhealthy: (reason: string) => void,
  ) {}

  /** Counts a request as in flight until the returned function is called. */
  occupy(): () => void {
    this.inFlight++;
    let isDone = false;
    return () => {
      if (!isDone) this.inFlight--;
      isDone = true;
    };
  }

  /** Settles when no request is in flight, after the timeout (deregistration delay), or when the signal is aborted. */
  async drained(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.inFlight > 0 && performance.now() < deadline && !signal.aborted)
      await delay(POLL_INTERVAL_MS, undefined, { ref: false });
  }
}

/** Returns the targets currently registered with a target group. */
export type RegisteredTargets = (targetGroupArn: string) => readonly Target[];

const LOOPBACK = '127.0.0.1';

interface State {
  healthy: boolean;
  /** Consecutive checks with the opposite result. */
  against: number;
}

/** Health of the targets of one group. */
export class TargetHealth {
  readonly #group: TargetGroup;
  readonly #targets: RegisteredTargets;
  readonly #states = new WeakMap<Target, State>();
  readonly #timer: NodeJS.Timeout | undefined;

  /** Starts the checks; {@link close} stops them. */
  constructor(group: TargetGroup, targets: RegisteredTargets) {
    this.#group = group;
    this.#targets = targets;
    const { enabled, intervalMs } = group.healthCheck;
    this.#timer = enabled ? setInterval(() => void this.checkAll(), intervalMs).unref() : undefined;
  }

  /** Returns the healthy targets, or all of them when none is healthy (fail open). */
  available(): readonly Target[] {
    const registered = this.#targets(this.#group.arn);
    const healthy = registered.filter((target) => this.#state(target).healthy);
    return healthy.length > 0 ? healthy : registered;
  }

  /** Checks every target once. */
  async checkAll(): Promise<void> {
    await Promise.all(
      this.#targets(this.#group.arn).map(async (target) => this.#record(target, await this.#check(target))),
    );
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A target is healthy at first: it is registered after it has responded. */
  #state(target: Target): State {
    let state = this.#states.get(target);
    if (!state) this.#states.set(target, (state = { healthy: true, against: 0 }));
    return state;
  }

  /** @param fault `undefined` when the check passed */
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
    const { healthCheck } = this.#group;
    return healthCheck.protocol === 'TCP'
      ? checkConnection(port, healthCheck.timeoutMs)
      : checkResponse(port, healthCheck);
  }
}

function checkResponse(
  port: number,
  { path, timeoutMs, healthyStatuses }: HealthCheck,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { 'User-Agent': 'ELB-HealthChecker/2.0', Connection: 'close' };
    const request = get(
      { host: LOOPBACK, port, path, headers, agent: false, timeout: timeoutMs },
      (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        resolve(includesStatus(healthyStatuses, status) ? undefined : `${path} responded with ${status}`);
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no response within ${timeoutMs} ms`)));
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
