import type { Logger } from 'pino';
import type { ContainerOptions } from './container';
import { type RunningService, runService } from './running-service';

/** A container to run. */
export type ContainerToRun = Omit<ContainerOptions, 'signal' | 'onLine'>;

/** What a fleet is given besides its containers. */
export interface FleetOptions {
  readonly log: Logger;
  readonly onLine: (container: string, line: string) => void;
  /** Whether containers are replaced when the directory of their image changes. */
  readonly watchImages: boolean;
  /** Aborted when everything stops. */
  readonly signal: AbortSignal;
}

/** A fleet on its way to another state: the containers of both run until it is decided. */
export interface FleetChange {
  /** By ARN of the target group, as they are to be. */
  readonly services: ReadonlyMap<string, RunningService>;
  /** Names of containers that were started for it. */
  readonly started: readonly string[];
  /** Stops what is no longer wanted. */
  commit(): Promise<void>;
  /** Stops what was started for it. */
  discard(): Promise<void>;
}

interface Member {
  readonly wanted: ContainerToRun;
  readonly fingerprint: string;
  readonly service: RunningService;
  stop(): Promise<void>;
}

/** The containers that run. One whose definition and image stay the same outlives a change of the template. */
export class Fleet {
  readonly #options: FleetOptions;
  #members: readonly Member[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /**
   * Starts what is wanted and does not run yet.
   *
   * @throws ContainerStartError with everything as it was before
   */
  async change(wanted: readonly ContainerToRun[]): Promise<FleetChange> {
    const before = this.#members;
    const kept = before.filter(({ fingerprint }) => wanted.some((one) => fingerprintOf(one) === fingerprint));
    const missing = wanted.filter(
      (one) => !kept.some(({ fingerprint }) => fingerprint === fingerprintOf(one)),
    );
    // Two processes cannot have one port: the one that has it makes room first.
    const inTheWay = before.filter(
      (member) =>
        !kept.includes(member) && missing.some((one) => fixedPort(one) === fixedPort(member.wanted)),
    );
    const evicted = inTheWay.filter(({ wanted: { definition } }) => fixedPort({ definition }) !== undefined);
    await Promise.all(evicted.map((member) => member.stop()));
    const results = await Promise.allSettled(missing.map((one) => this.#start(one)));
    const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));

    const restore = async (): Promise<void> => {
      await Promise.all(started.map((member) => member.stop()));
      const restarted = this.#options.signal.aborted ? [] : evicted;
      const again = await Promise.all(restarted.map(({ wanted: one }) => this.#start(one)));
      this.#members = [...before.filter((member) => !evicted.includes(member)), ...again];
    };
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      await restore();
      throw failed.reason;
    }
    const members = [...kept, ...started];
    return {
      services: new Map(members.map(({ wanted: one, service }) => [one.definition.targetGroupArn, service])),
      started: started.map(({ wanted: { definition } }) => definition.name),
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

  async #start(wanted: ContainerToRun): Promise<Member> {
    const { log, onLine, watchImages, signal } = this.#options;
    const { name } = wanted.definition;
    const stopped = new AbortController();
    const service = await runService(
      { ...wanted, signal: AbortSignal.any([stopped.signal, signal]), onLine: (line) => onLine(name, line) },
      log,
      watchImages,
    );
    return {
      wanted,
      fingerprint: fingerprintOf(wanted),
      service,
      stop: async () => {
        stopped.abort();
        await service.close();
      },
    };
  }
}

/** A container that does not follow `PORT` listens where its image says. */
function fixedPort({ definition }: Pick<ContainerToRun, 'definition'>): number | undefined {
  const { environment, containerPort } = definition;
  return environment['PORT'] === String(containerPort) ? undefined : containerPort;
}

/** Returns a text that is equal for two containers exactly if one can run in place of the other. */
export function fingerprintOf({ definition, environment, targetHealth }: ContainerToRun): string {
  return JSON.stringify([definition, environment, targetHealth]);
}
