import type { Stack } from '@spa-on-aws/cloudformation';
import { Draining } from '../http/request-listener';
import type { RequestListener } from 'node:http';
import type { Listener } from '../http/listener';
import type { Account } from './account';
import type { Assignment, EndpointKind } from './listeners';
import { type Identifiers, identifiersOf } from './identifiers';
import { Network } from './network';
import { loadSecrets } from './secrets';
import type { Endpoint, StartContext, Started } from './service';
import {
  ALL_SERVICES,
  checkLinks,
  localHosts,
  readFiles,
  readTopology,
  type RunningServices,
  type ServiceName,
  type Topology,
  warningsOf,
} from './services';
import type { Stacks } from './sources';
import { mayPassOver, resolveStacks } from './stacks';

/** One state of the templates, with everything that was started for it. */
export interface Generation {
  readonly stacks: Stacks;
  readonly stack: Stack;
  /** Files that properties name, with their content. */
  readonly files: ReadonlyMap<string, unknown>;
  readonly topology: Topology;
  readonly running: RunningServices;
  readonly identifiers: Identifiers;
  readonly assignments: Readonly<Record<EndpointKind, Assignment>>;
  readonly endpoints: Readonly<Record<EndpointKind, readonly Endpoint[]>>;
  /** Messages about properties that were ignored. */
  readonly warnings: readonly string[];
  /** Wraps an answer so that {@link retire} waits for its in-flight requests. */
  counted(answer: RequestListener): RequestListener;
  /** Serves sign-in of this generation (again). */
  serveSignIn(): void;
  /** Makes changes that exclude the generation before, e.g. of tables; call it once this one answers. @returns messages */
  takeOver(): Promise<string[]>;
  /** Stops containers that only the generation before needed. */
  commit(): Promise<void>;
  /** Frees what belongs to this generation alone, once its in-flight requests are answered. */
  retire(): Promise<void>;
}

/**
 * Starts what a state of the templates needs and does not run yet; what ran before keeps running. `serveSignIn` is called as
 * soon as user pools can answer: containers may ask for keys. @throws CodedError with everything as it was before
 */
export async function startGeneration(
  stacks: Stacks,
  account: Account,
  previous: Generation | undefined,
  serveSignIn: (answer: RequestListener) => void,
): Promise<Generation> {
  const { options, listeners } = account;
  const warnings = new Set<string>();
  const { stack, origins } = resolveStacks(stacks, options, {
    passesOver: (resource, unknown) => {
      if (options.strict || !mayPassOver(resource.type, unknown)) return false;
      warnings.add(`${resource.logicalId} (${resource.type}) ${unknown.property}: unknown, ignored`);
      return true;
    },
  });
  const assignments = await assignListeners(stack, account);
  const local = {
    distributions: originsOf(assignments.distribution),
    restApis: originsOf(assignments['rest-api']),
    functionUrls: originsOf(assignments['function-url']),
    cognito: listeners.cognito.origin,
  };
  for (const [host, origin] of localHosts(stack, local)) origins.add(host, origin);
  const files = await readFiles(stack, stacks, options);
  const topology = readTopology(stack, stacks);
  for (const warning of warningsOf(topology)) warnings.add(warning);
  const secrets = await loadSecrets(options);
  checkLinks(topology, stack, { standIns: options.standIns, secrets });

  const draining = new Draining();
  const network = new Network();
  let signIn: RequestListener | undefined;
  const context: Omit<StartContext, 'previous'> = {
    account,
    stack,
    stacks,
    network,
    secrets,
    assignments,
    localize: (text) => origins.localize(text),
    serveSignIn: (answer) => serveSignIn((signIn = draining.counted(answer))),
  };
  const started = await startServices(topology, context, previous?.topology);
  const inOrder = [...started.values()];
  return {
    stacks,
    stack,
    files,
    topology,
    running: Object.fromEntries(
      [...started].map(([name, { running }]) => [name, running]),
    ) as unknown as RunningServices,
    identifiers: identifiersOf(stack, topology.functions.functions, (fault) => warnings.add(fault)),
    assignments,
    endpoints: endpointsOf(started),
    warnings: [...warnings],
    counted: (answer) => draining.counted(answer),
    serveSignIn: () => signIn && serveSignIn(signIn),
    takeOver: async () => {
      const notes: string[] = [];
      for (const part of inOrder) notes.push(...((await part.takeOver?.()) ?? []));
      return notes;
    },
    commit: async () => {
      for (const part of inOrder) await part.commit?.();
    },
    retire: async () => {
      await draining.idle(account.signal);
      for (const part of inOrder) await part.close?.();
      network.upstream.close();
    },
  };
}

type StartedServices = ReadonlyMap<ServiceName, Started<unknown>>;

async function assignListeners(
  stack: Stack,
  { listeners }: Account,
): Promise<Record<EndpointKind, Assignment>> {
  const assignments: Record<EndpointKind, Assignment> = {
    distribution: new Map(),
    'rest-api': new Map(),
    'function-url': new Map(),
  };
  for (const [, { listens }] of ALL_SERVICES) {
    if (!listens) continue;
    const ids = stack.ofType(listens.resourceType).map(({ logicalId }) => logicalId);
    assignments[listens.kind] = await listeners.assign(listens.kind, ids);
  }
  return assignments;
}

function originsOf(assignment: Assignment): ReadonlyMap<string, string> {
  return new Map([...assignment].map(([id, { origin }]: [string, Listener]) => [id, origin]));
}

/** Starts all services together; when one fails, the others are stopped again. */
async function startServices(
  topology: Topology,
  context: Omit<StartContext, 'previous'>,
  previous: Topology | undefined,
): Promise<StartedServices> {
  const starting = ALL_SERVICES.map(async ([name, service]) => {
    const started = await service.start?.(topology[name], { ...context, previous: previous?.[name] });
    return [name, started ?? { running: undefined }] as const;
  });
  const results = await Promise.allSettled(starting);
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return new Map(started);
  for (const [, part] of started) await part.discard?.();
  for (const [, part] of started) await part.close?.();
  context.network.upstream.close();
  throw failed.reason;
}

function endpointsOf(started: StartedServices): Record<EndpointKind, readonly Endpoint[]> {
  const endpoints: Record<EndpointKind, readonly Endpoint[]> = {
    distribution: [],
    'rest-api': [],
    'function-url': [],
  };
  for (const [name, { listens }] of ALL_SERVICES) {
    if (listens) endpoints[listens.kind] = started.get(name)?.endpoints ?? [];
  }
  return endpoints;
}
