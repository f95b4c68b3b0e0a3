import type { ServerResponse } from 'node:http';

const MAX_CLIENTS = 16;
const MAX_BUFFERED_BYTES = 1_048_576;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;

interface ConsoleEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Sends server-sent events to the console's pages, to a new page first a snapshot: it needs no events it missed. */
export class EventStream {
  readonly #clients = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor() {
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Connects a page and sends it a first event. @returns false when too many pages are connected */
  join(response: ServerResponse, headers: Readonly<Record<string, string>>, first: ConsoleEvent): boolean {
    if (this.#clients.size >= MAX_CLIENTS) return false;
    response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${RETRY_MS}\n\n${serialize(first)}`);
    this.#clients.add(response);
    response.once('close', () => this.#clients.delete(response));
    return true;
  }

  send(event: ConsoleEvent): void {
    if (this.#clients.size > 0) this.#write(serialize(event));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      // A page that does not read is disconnected; it reconnects and gets a new snapshot.
      if (client.writableLength > MAX_BUFFERED_BYTES) client.destroy();
      else client.write(text);
    }
  }
}

function serialize({ type, data }: ConsoleEvent): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
