import { PortInUseError } from '../errors';
import type { Certificate } from '../http/certificate';
import { listen, type Listener, type Tls } from '../http/listener';
import type { Options } from '../cli/options';

/** Whose ports there may be several of. */
export type Door = 'distribution' | 'rest-api';

const MAX_PORT = 65_535;
/** Row AG-LIM-09. */
const API_GATEWAY_KEEP_ALIVE_MS = 310_000;

/** A port and whose it is at this moment; nobody's after its owner left the template. */
interface Slot {
  readonly listener: Listener;
  owner: string | undefined;
}

/** Who is to have which port, once it is {@link Listeners.confirm}ed. */
export type Assignment = ReadonlyMap<string, Listener>;

/**
 * The ports of the local cloud. They outlive what answers behind them, so that URLs stay the same when the template
 * changes; requests wait until somebody answers.
 */
export class Listeners {
  readonly cognito: Listener;
  readonly console: Listener;
  readonly #options: Options;
  readonly #slots: Readonly<Record<Door, Slot[]>>;

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
    };
    this.cognito = cognito;
    this.console = console;
  }

  /**
   * @param certificate to serve HTTPS with; `undefined`: plain HTTP
   * @throws PortInUseError with the ports that were opened closed again
   */
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

  /** The port that is open even when nobody has it. */
  first(door: Door): Listener {
    const [slot] = this.#slots[door];
    if (!slot) throw new Error(`There is always a port for the first ${door}.`);
    return slot.listener;
  }

  /**
   * Finds a port for each of the owners: the one it has, else one that nobody else of them has, else a new one.
   *
   * @param owners logical ids
   */
  async assign(door: Door, owners: readonly string[]): Promise<Assignment> {
    const slots = this.#slots[door];
    const assigned = new Map<string, Listener>();
    const free = slots.filter(({ owner }) => owner === undefined || !owners.includes(owner));
    for (const owner of owners) {
      const own = slots.find((slot) => slot.owner === owner) ?? free.shift() ?? (await this.#openNext(door));
      assigned.set(owner, own.listener);
    }
    return assigned;
  }

  /**
   * Makes an assignment true.
   *
   * @returns the ports that nobody has now
   */
  confirm(door: Door, assignment: Assignment): Listener[] {
    const ownerOf = new Map([...assignment].map(([owner, listener]) => [listener, owner]));
    for (const slot of this.#slots[door]) slot.owner = ownerOf.get(slot.listener);
    return this.#slots[door].flatMap(({ listener, owner }) => (owner === undefined ? [listener] : []));
  }

  async close(): Promise<void> {
    const slots = [...this.#slots.distribution, ...this.#slots['rest-api']];
    const all = [...slots.map(({ listener }) => listener), this.cognito, this.console];
    await Promise.all(all.map((listener) => listener.close()));
  }

  /** The next port that nobody listens on, above those that have a flag of their own. */
  async #openNext(door: Door): Promise<Slot> {
    const { port, cognitoPort, apiGatewayPort, consolePort } = this.#options;
    const flag = door === 'distribution' ? '--port' : '--api-gateway-port';
    const keepAliveMs = door === 'rest-api' ? API_GATEWAY_KEEP_ALIVE_MS : undefined;
    const isAny = (door === 'distribution' ? port : apiGatewayPort) === 0;
    let next = isAny ? 0 : Math.max(port, cognitoPort, apiGatewayPort, consolePort) + 1;
    for (; ; next++) {
      try {
        const slot: Slot = {
          listener: await listen(next, flag, tlsOf(door, this.certificate), keepAliveMs),
          owner: undefined,
        };
        this.#slots[door].push(slot);
        return slot;
      } catch (error) {
        if (!(error instanceof PortInUseError) || next >= MAX_PORT) throw error;
      }
    }
  }
}

/** Only CloudFront answers plain HTTP; the others do not speak it (row AG-LIM-10). */
function tlsOf(door: Door | 'user-pool', certificate: Certificate | undefined): Tls | undefined {
  return certificate && { certificate, plainHttp: door === 'distribution' ? 'answered' : 'refused' };
}
