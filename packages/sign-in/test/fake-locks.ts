type Options = { mode?: 'exclusive' | 'shared' };
type Task = LockGrantedCallback<unknown>;

/** Web Locks of one browser: runs exclusive locks one after the other, shared locks at the same time. */
export class FakeLocks {
  readonly #held: LockInfo[] = [];
  readonly #queues = new Map<string, Promise<unknown>>();

  readonly request = async (name: string, options: Options | Task, task?: Task): Promise<never> => {
    const run = (typeof options === 'function' ? options : task) as Task;
    const mode = (typeof options === 'function' ? undefined : options.mode) ?? 'exclusive';
    if (mode === 'shared') return (await this.#hold({ name, mode }, run)) as never;
    const before = this.#queues.get(name) ?? Promise.resolve();
    const turn = before.then(() => this.#hold({ name, mode }, run));
    this.#queues.set(
      name,
      turn.catch(() => undefined),
    );
    return (await turn) as never;
  };

  readonly query = async (): Promise<LockManagerSnapshot> => ({ held: [...this.#held], pending: [] });

  async #hold(lock: LockInfo, run: Task): Promise<unknown> {
    this.#held.push(lock);
    try {
      return await run(null);
    } finally {
      this.#held.splice(this.#held.indexOf(lock), 1);
    }
  }
}
