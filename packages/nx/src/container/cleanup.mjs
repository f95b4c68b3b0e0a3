/** What has to be undone at the end, the last thing first. */
export class Cleanup {
  /** @type {(() => Promise<unknown>)[]} */
  #undo = [];

  /**
   * @param {() => Promise<unknown>} undo
   */
  defer(undo) {
    this.#undo.push(undo);
  }

  /**
   * Undoes everything, also when some of it fails.
   *
   * @returns {Promise<unknown[]>} what failed
   */
  async run() {
    /** @type {unknown[]} */
    const faults = [];
    for (const undo of this.#undo.splice(0).reverse()) await undo().catch((fault) => faults.push(fault));
    return faults;
  }
}
