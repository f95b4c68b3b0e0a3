/** Whether the API takes new requests: from its start until it is told to stop. */
export class Readiness {
  #ready = true;

  get ready(): boolean {
    return this.#ready;
  }

  /** From now on the API is not ready; there is no way back. */
  end(): void {
    this.#ready = false;
  }
}
