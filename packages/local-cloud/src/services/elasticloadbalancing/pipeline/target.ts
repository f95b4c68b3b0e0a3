import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 20;

/** A registered target of a target group: a task. */
export class Target {
  /** Number of requests without a complete response. */
  inFlight = 0;

  /**
   * @param port of the task on this machine
   * @param onUnhealthy called with the reason when the load balancer considers the target unhealthy
   */
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
