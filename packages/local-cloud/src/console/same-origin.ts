import type { IncomingHttpHeaders } from 'node:http';

export interface Rejection {
  readonly status: 403 | 415;
  readonly reason: string;
}

/** Guards the console against pages of other origins. Programs (`curl`, a test) send no `Origin` and are allowed. */
export class SameOriginGuard {
  readonly #hosts: readonly string[];
  readonly #origins: readonly string[];

  /** @param port of the console */
  constructor(port: number) {
    this.#hosts = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
    this.#origins = this.#hosts.map((host) => `http://${host}`);
  }

  /** Rejects a request with a foreign `Host`: DNS rebinding. */
  reject({ host }: IncomingHttpHeaders): Rejection | undefined {
    if (this.#hosts.includes(host ?? '')) return undefined;
    return { status: 403, reason: `Not a host of the console: open it at http://${this.#hosts[0]}/.` };
  }

  /** Rejects a request for data by a script of another origin. */
  rejectData(headers: IncomingHttpHeaders): Rejection | undefined {
    const rejected = this.reject(headers);
    if (rejected) return rejected;
    const { origin } = headers;
    const site = headers['sec-fetch-site'];
    const foreign =
      (origin !== undefined && !this.#origins.includes(origin)) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    return foreign
      ? {
          status: 403,
          reason: 'Requested by a page of another origin; only the console’s own page may do this.',
        }
      : undefined;
  }

  /** Rejects a change by another origin, or one that is not JSON: a form cannot send JSON. */
  rejectChange(headers: IncomingHttpHeaders): Rejection | undefined {
    const rejected = this.rejectData(headers);
    if (rejected) return rejected;
    return /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')
      ? undefined
      : { status: 415, reason: 'Send it with "Content-Type: application/json".' };
  }
}
