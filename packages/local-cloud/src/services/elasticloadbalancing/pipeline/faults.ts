/** A fault of the API, switched on by hand: `down` has no healthy target, `failing` responds with 500. */
export type FaultMode = 'none' | 'down' | 'failing';

/** Faults that users and tests inject; load balancers check them before they forward a request. */
export class BackendFaults {
  mode: FaultMode = 'none';
  /** Delay before a request is forwarded, in milliseconds. */
  delayMs = 0;

  reset(): void {
    this.mode = 'none';
    this.delayMs = 0;
  }
}
