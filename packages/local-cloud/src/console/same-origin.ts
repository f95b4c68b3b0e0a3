import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not served, with the status that says so. */
export interface Refusal {
  readonly status: 403 | 415;
  readonly reason: string;
}

/**
 * Guards the console against pages that are not its own. A program on this machine (`curl`, a test) sends no `Origin`
 * and is let through: it could do all of this without the console.
 */
export class SameOriginGuard {
  readonly #hosts: readonly string[];
  readonly #origins: readonly string[];

  /** @param port where the console listens */
  constructor(port: number) {
    this.#hosts = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
    this.#origins = this.#hosts.map((host) => `http://${host}`);
  }

  /** What is wrong with any request: a foreign `Host` is DNS rebinding. */
  refuse({ host }: IncomingHttpHeaders): Refusal | undefined {
    if (this.#hosts.includes(host ?? '')) return undefined;
    return { status: 403, reason: `Not a host of the console: open it at http://${this.#hosts[0]}/.` };
  }

  /** What is wrong with a request for data: another page's script may not ask. */
  refuseData(headers: IncomingHttpHeaders): Refusal | undefined {
    const refused = this.refuse(headers);
    if (refused) return refused;
    const { origin } = headers;
    const site = headers['sec-fetch-site'];
    const foreign =
      (origin !== undefined && !this.#origins.includes(origin)) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    return foreign
      ? { status: 403, reason: 'Asked by a page of another origin: only the console’s own may.' }
      : undefined;
  }

  /** What is wrong with a request that changes something: besides, it must be JSON, which no form can send. */
  refuseChange(headers: IncomingHttpHeaders): Refusal | undefined {
    const refused = this.refuseData(headers);
    if (refused) return refused;
    return /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')
      ? undefined
      : { status: 415, reason: 'Send it with "Content-Type: application/json".' };
  }
}
