import type { TabBrowser } from '../../src/tab-browser';
import type { MemoryStorage } from '../memory-storage';
import type { Clock } from './clock';

type Listener = (event: { data: unknown }) => void;

interface Channel {
  readonly tab: number;
  readonly name: string;
  readonly listeners: Listener[];
  /** When the last message to this channel arrives: messages do not overtake one another. */
  lastArrival: number;
}

interface Lock {
  readonly tab: number;
  readonly name: string;
  readonly exclusive: boolean;
  readonly run: () => Promise<unknown>;
}

interface Write {
  readonly tab: number;
  readonly key: string;
  readonly value: string;
  readonly visibleAt: number;
}

/** State that the tabs of one browser share: channels and shared storage with delays, and locks. */
export class SimulatedBrowser {
  readonly #channels: Channel[] = [];
  readonly #writes: Write[] = [];
  readonly #closedTabs = new Set<number>();
  #held: Lock[] = [];
  #waiting: Lock[] = [];

  /** @param delay returns the next delay of a message or of a change to shared storage, in milliseconds */
  constructor(
    private readonly clock: Clock,
    private readonly delay: () => number,
  ) {}

  /** Returns the features that a tab uses. */
  openTab(tab: number, storage: MemoryStorage): TabBrowser {
    return {
      storage,
      openChannel: (name) => this.#openChannel(tab, name) as unknown as BroadcastChannel,
      locks: {
        request: (...args: unknown[]) => this.#request(tab, args),
        query: async () => ({ held: this.#held.map(({ name }) => ({ name })) }),
      } as TabBrowser['locks'],
      sharedStorage: {
        getItem: (key: string) => this.#read(tab, key),
        setItem: (key: string, value: string) =>
          this.#writes.push({ tab, key, value, visibleAt: this.clock.now + this.delay() }),
      } as unknown as Storage,
    };
  }

  /** Releases everything that a closed tab held. */
  closeTab(tab: number): void {
    this.#closedTabs.add(tab);
    for (const channel of this.#channels.filter((channel) => channel.tab === tab)) this.#close(channel);
    this.#held = this.#held.filter((lock) => lock.tab !== tab);
    this.#waiting = this.#waiting.filter((lock) => lock.tab !== tab);
    this.#grant();
  }

  #openChannel(tab: number, name: string) {
    const channel: Channel = { tab, name, listeners: [], lastArrival: 0 };
    this.#channels.push(channel);
    return {
      addEventListener: (_type: string, listener: Listener) => channel.listeners.push(listener),
      postMessage: (data: unknown) => this.#send(channel, structuredClone(data)),
      close: () => this.#close(channel),
    };
  }

  #send(from: Channel, data: unknown): void {
    for (const to of this.#channels.filter(({ tab, name }) => tab !== from.tab && name === from.name)) {
      to.lastArrival = Math.max(to.lastArrival, this.clock.now + this.delay());
      this.clock.setTimeout(
        () => to.listeners.forEach((listener) => listener({ data })),
        to.lastArrival - this.clock.now,
      );
    }
  }

  #close(channel: Channel): void {
    channel.listeners.length = 0;
    this.#channels.splice(this.#channels.indexOf(channel), 1);
  }

  #request(tab: number, args: unknown[]): Promise<unknown> {
    const [name, options, callback] = args.length === 2 ? [args[0], {}, args[1]] : args;
    return new Promise((resolve, reject) => {
      if (this.#closedTabs.has(tab)) return;
      const run = async () => (callback as () => unknown)();
      const exclusive = (options as LockOptions).mode !== 'shared';
      const lock: Lock = { tab, name: String(name), exclusive, run: () => run().then(resolve, reject) };
      this.#waiting.push(lock);
      this.#grant();
    });
  }

  #grant(): void {
    for (const lock of [...this.#waiting]) {
      const others = this.#held.filter(({ name }) => name === lock.name);
      if (others.some(({ exclusive }) => exclusive || lock.exclusive)) continue;
      this.#waiting.splice(this.#waiting.indexOf(lock), 1);
      this.#held.push(lock);
      void lock.run().then(() => {
        this.#held = this.#held.filter((held) => held !== lock);
        this.#grant();
      });
    }
  }

  #read(tab: number, key: string): string | null {
    const visible = (write: Write) => write.tab === tab || write.visibleAt <= this.clock.now;
    return this.#writes.findLast((write) => write.key === key && visible(write))?.value ?? null;
  }
}
