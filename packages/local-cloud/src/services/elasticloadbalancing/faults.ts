/** What is wrong with the API on purpose: `down` has no healthy target, `failing` answers 500 itself. */
export type FaultMode = 'none' | 'down' | 'failing';

/** Faults that people and tests switch on; every load balancer looks here before it forwards a request. */
export class BackendFaults {
  mode: FaultMode = 'none';
  /** Waited before a request is forwarded, in milliseconds. */
  delayMs = 0;

  reset(): void {
    this.mode = 'none';
    this.delayMs = 0;
  }
}
