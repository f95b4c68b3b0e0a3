import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 20;

/** A task that a load balancer sends requests to. */
export class Target {
  /** Requests that it has not answered completely yet. */
  inFlight = 0;

  /**
   * @param port where it listens on this machine
   * @param onUnhealthy called when its load balancer has given it up, with why
   */
  constructor(
    readonly port: number,
    readonly onUnhealthy: (why: string) => void,
  ) {}

  /** Settles when every request is answered, when the time is up (deregistration delay), or when it is aborted. */
  async drained(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.inFlight > 0 && performance.now() < deadline && !signal.aborted)
      await delay(POLL_INTERVAL_MS, undefined, { ref: false });
  }
}

/** The targets that are registered with a target group at this moment. */
export type RegisteredTargets = (targetGroupArn: string) => readonly Target[];
