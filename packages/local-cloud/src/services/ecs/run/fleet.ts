import type { Logger } from 'pino';
import type { ContainerOptions } from './container';
import { type RunningService, runService } from './running-service';

export type ContainerToRun = Omit<ContainerOptions, 'signal' | 'onLine'>;

export interface FleetOptions {
  readonly log: Logger;
  readonly onLine: (container: string, line: string) => void;
  /**
   * Given if containers are replaced when the directory of their image changes. Takes why the containers of the build before keep
   * running, or `undefined` when the new ones answer.
   */
  readonly onBuild?: (container: string, failure?: string) => void;
  /** Aborted when everything stops. */
  readonly signal: AbortSignal;
}

/** A change of the fleet. Old and new containers run until it is committed or discarded. */
export interface FleetChange {
  /** The services after the change, by ARN of their target group. */
  readonly services: ReadonlyMap<string, RunningService>;
  /** Names of the containers that the change started. */
  readonly started: readonly string[];
  /** Stops the containers that are no longer needed. */
  commit(): Promise<void>;
  /** Stops the containers that the change started. */
  discard(): Promise<void>;
}

interface Member {
  readonly container: ContainerToRun;
  readonly fingerprint: string;
  readonly service: RunningService;
  stop(): Promise<void>;
}

/** The running containers. Those whose definition and image do not change keep running when the template changes. */
export class Fleet {
  readonly #options: FleetOptions;
  #members: readonly Member[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /**
   * Starts the containers that do not run yet.
   *
   * @throws ContainerStartError after restoring the previous state
   */
  async change(containers: readonly ContainerToRun[]): Promise<FleetChange> {
    const before = this.#members;
    const kept = before.filter(({ fingerprint }) =>
      containers.some((one) => fingerprintOf(one) === fingerprint),
    );
    const missing = containers.filter(
      (one) => !kept.some(({ fingerprint }) => fingerprint === fingerprintOf(one)),
    );
    // Two processes cannot listen on one port: the old container stops before the new one starts.
    const fixedPorts = new Set<number | undefined>(
      missing.map(fixedPort).filter((port) => port !== undefined),
    );
    const evicted = before.filter(
      (member) => !kept.includes(member) && fixedPorts.has(fixedPort(member.container)),
    );
    await Promise.all(evicted.map((member) => member.stop()));
    const results = await Promise.allSettled(missing.map((one) => this.#start(one)));
    const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));

    const restore = async (): Promise<void> => {
      await Promise.all(started.map((member) => member.stop()));
      const restarted = this.#options.signal.aborted ? [] : evicted;
      const again = await Promise.all(restarted.map(({ container }) => this.#start(container)));
      this.#members = [...before.filter((member) => !evicted.includes(member)), ...again];
    };
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      await restore();
      throw failed.reason;
    }
    const members = [...kept, ...started];
    return {
      services: new Map(
        members.map(({ container, service }) => [container.definition.targetGroupArn, service]),
      ),
      started: started.map(({ container }) => container.definition.name),
      commit: async () => {
        this.#members = members;
        const gone = before.filter((member) => !kept.includes(member) && !evicted.includes(member));
        await Promise.all(gone.map((member) => member.stop()));
      },
      discard: restore,
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()));
    this.#members = [];
  }

  async #start(container: ContainerToRun): Promise<Member> {
    const { log, onLine, onBuild, signal } = this.#options;
    const { name } = container.definition;
    const stopped = new AbortController();
    const service = await runService(
      {
        ...container,
        signal: AbortSignal.any([stopped.signal, signal]),
        onLine: (line) => onLine(name, line),
      },
      log,
      onBuild && ((failure) => onBuild(name, failure)),
    );
    return {
      container,
      fingerprint: fingerprintOf(container),
      service,
      stop: async () => {
        stopped.abort();
        await service.close();
      },
    };
  }
}

/** Returns the port of a container that does not read it from `PORT`. */
function fixedPort({ definition }: ContainerToRun): number | undefined {
  const { environment, containerPort } = definition;
  return environment['PORT'] === String(containerPort) ? undefined : containerPort;
}

/** Returns a text that is the same for interchangeable containers. */
export function fingerprintOf({ definition, environment, targetGroup }: ContainerToRun): string {
  return JSON.stringify([definition, environment, targetGroup]);
}
