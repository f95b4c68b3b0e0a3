import { PortInUseError } from '../errors';
import type { Certificate } from '../http/certificate';
import { listen, type Listener, type Tls } from '../http/listener';
import type { Options } from '../cli/options';

export type EndpointKind = 'distribution' | 'rest-api' | 'function-url';

const MAX_PORT = 65_535;
/** Row AG-LIM-09. */
const API_GATEWAY_KEEP_ALIVE_MS = 310_000;

/** A listener and the logical id of its resource; `undefined` after that left the templates. */
interface Slot {
  readonly listener: Listener;
  owner: string | undefined;
}

/** Listeners by logical id of their resource; takes effect with {@link Listeners.confirm}. */
export type Assignment = ReadonlyMap<string, Listener>;

/**
 * The listeners of the local cloud. They outlive the services behind them, so that URLs stay the same when the template
 * changes; requests wait until a service answers.
 */
export class Listeners {
  readonly cognito: Listener;
  readonly console: Listener;
  readonly #options: Options;
  readonly #slots: Readonly<Record<EndpointKind, Slot[]>>;

  private constructor(
    options: Options,
    readonly certificate: Certificate | undefined,
    site: Listener,
    cognito: Listener,
    api: Listener,
    console: Listener,
  ) {
    this.#options = options;
    this.#slots = {
      distribution: [{ listener: site, owner: undefined }],
      'rest-api': [{ listener: api, owner: undefined }],
      'function-url': [],
    };
    this.cognito = cognito;
    this.console = console;
  }

  /** Opens all listeners; HTTPS with a certificate. @throws PortInUseError after it has closed those it opened */
  static async open(options: Options, certificate: Certificate | undefined): Promise<Listeners> {
    const opened: Listener[] = [];
    const open = async (port: number, flag: string, tls?: Tls, keepAliveMs?: number): Promise<Listener> => {
      const listener = await listen(port, flag, tls, keepAliveMs);
      opened.push(listener);
      return listener;
    };
    try {
      return new Listeners(
        options,
        certificate,
        await open(options.port, '--port', tlsOf('distribution', certificate)),
        await open(options.cognitoPort, '--cognito-port', tlsOf('user-pool', certificate)),
        await open(
          options.apiGatewayPort,
          '--api-gateway-port',
          tlsOf('rest-api', certificate),
          API_GATEWAY_KEEP_ALIVE_MS,
        ),
        await open(options.consolePort, '--console-port'),
      );
    } catch (error) {
      await Promise.all(opened.map((listener) => listener.close()));
      throw error;
    }
  }

  /** Returns the first listener of a kind, which is open even without a resource. */
  first(kind: Exclude<EndpointKind, 'function-url'>): Listener {
    const [slot] = this.#slots[kind];
    if (!slot) throw new Error(`There is always a listener for the first ${kind}.`);
    return slot.listener;
  }

  /** Finds a listener for each resource: the one it has, or a free one, or a new one. @param owners logical ids */
  async assign(kind: EndpointKind, owners: readonly string[]): Promise<Assignment> {
    const slots = this.#slots[kind];
    const assigned = new Map<string, Listener>();
    const free = slots.filter(({ owner }) => owner === undefined || !owners.includes(owner));
    for (const owner of owners) {
      const own = slots.find((slot) => slot.owner === owner) ?? free.shift() ?? (await this.#openNext(kind));
      assigned.set(owner, own.listener);
    }
    return assigned;
  }

  /** Puts an assignment into effect. @returns the listeners without a resource */
  confirm(kind: EndpointKind, assignment: Assignment): Listener[] {
    const ownerOf = new Map([...assignment].map(([owner, listener]) => [listener, owner]));
    for (const slot of this.#slots[kind]) slot.owner = ownerOf.get(slot.listener);
    return this.#slots[kind].flatMap(({ listener, owner }) => (owner === undefined ? [listener] : []));
  }

  async close(): Promise<void> {
    const slots = Object.values(this.#slots).flat();
    const all = [...slots.map(({ listener }) => listener), this.cognito, this.console];
    await Promise.all(all.map((listener) => listener.close()));
  }

  /** Opens the next free port above those that have a flag. */
  async #openNext(kind: EndpointKind): Promise<Slot> {
    const { port, cognitoPort, apiGatewayPort, consolePort } = this.#options;
    const flag = kind === 'rest-api' ? '--api-gateway-port' : '--port';
    const keepAliveMs = kind === 'rest-api' ? API_GATEWAY_KEEP_ALIVE_MS : undefined;
    const isAny = (kind === 'rest-api' ? apiGatewayPort : port) === 0;
    let next = isAny ? 0 : Math.max(port, cognitoPort, apiGatewayPort, consolePort) + 1;
    for (; ; next++) {
      try {
        const slot: Slot = {
          listener: await listen(next, flag, tlsOf(kind, this.certificate), keepAliveMs),
          owner: undefined,
        };
        this.#slots[kind].push(slot);
        return slot;
      } catch (error) {
        if (!(error instanceof PortInUseError) || next >= MAX_PORT) throw error;
      }
    }
  }
}

/** Only CloudFront answers plain HTTP (row AG-LIM-10). */
function tlsOf(kind: EndpointKind | 'user-pool', certificate: Certificate | undefined): Tls | undefined {
  return certificate && { certificate, plainHttp: kind === 'distribution' ? 'answered' : 'refused' };
}
