import type { Logger } from 'pino';
import { openAccount } from './account';
import { loadUsers } from './cognito/users';
import { createConsole } from './console/handler';
import type { AnsweredRequest, LoggedRequest } from './console/request-log';
import { observeSignIn } from './console/sign-in-requests';
import { type Generation, startGeneration } from './generation';
import { answerWith } from './http/listener';
import { openListeners, type Listeners } from './listeners';
import type { Options } from './options';
import { type State, writeStateFile } from './state-file';
import { loadAssembly } from './template/assembly';
import { readTopology } from './topology';

/** A local cloud that answers. */
export interface LocalCloud {
  readonly state: State;
  /** Resource types that are in the template and not run, with how many there are of each. */
  readonly notRun: ReadonlyMap<string, number>;
  /** Stops everything and removes the state file. */
  close(): Promise<void>;
}

/** What the local cloud is given besides its options. */
export interface Environment {
  /** Aborted to stop, also while it starts. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly onRequest: (request: AnsweredRequest) => void;
  readonly onContainerLine: (container: string, line: string) => void;
}

type Cleanup = () => Promise<void> | void;

/**
 * Runs the template of a cloud assembly.
 *
 * @throws LocalCloudError with everything that was started stopped again
 */
export async function startLocalCloud(options: Options, environment: Environment): Promise<LocalCloud> {
  const cleanups: Cleanup[] = [];
  const stopped = new AbortController();
  environment.signal.addEventListener('abort', () => stopped.abort(), { once: true });
  const close = async (): Promise<void> => {
    stopped.abort();
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return await start(options, { ...environment, signal: stopped.signal }, cleanups, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: Options,
  { log, onRequest, onContainerLine, signal }: Environment,
  cleanups: Cleanup[],
  close: () => Promise<void>,
): Promise<LocalCloud> {
  const listeners = await openListeners(options);
  cleanups.push(() => listeners.close());
  const assembly = await loadAssembly(options.assembly, options.stack);
  const topology = readTopology(assembly, options.region, {
    distribution: listeners.distribution.origin,
    cognito: listeners.cognito.origin,
    apiGateway: listeners.apiGateway.origin,
  });
  const users = await loadUsers(options.users);
  const account = openAccount({ options, listeners, users, log, onContainerLine, signal });
  const generation = await startGeneration(topology, assembly, account);
  cleanups.push(() => generation.close());

  const report =
    (via: AnsweredRequest['via']) =>
    (request: LoggedRequest, status: number, durationMs: number): void => {
      onRequest(account.requests.add(via, request, status, durationMs));
    };
  const { path, cognito } = generation;
  listeners.distribution.serve(answerWith(path.distribution, log, report('distribution')));
  const [firstApi] = path.restApis.values();
  if (firstApi) listeners.apiGateway.serve(answerWith(firstApi, log, report('execute-api')));
  listeners.cognito.serve(
    observeSignIn((request, response) => cognito.handle(request, response), report('sign-in')),
  );

  const state = stateOf(generation, listeners, users);
  const console = createConsole({
    port: listeners.console.port,
    shown: () => ({
      topology: generation.topology,
      urls: { site: state.url, api: state.apiEndpoint, signIn: state.cognitoDomain },
    }),
    requests: account.requests,
    containers: account.containers,
    controls: { ...account, signIn: generation.cognito.controls },
  });
  cleanups.push(() => console.close());
  listeners.console.serve((request, response) => console.handle(request, response));
  cleanups.push(await writeStateFile(options.stateFile, state));
  return { state, notRun: topology.stack.unread(), close };
}

function stateOf(
  generation: Generation,
  listeners: Listeners,
  { users }: { readonly users: State['users'] },
): State {
  const { topology, services } = generation;
  return {
    pid: process.pid,
    url: listeners.distribution.origin,
    ...signInState(generation),
    apiEndpoint: `${listeners.apiGateway.origin}/${topology.restApis[0]?.stages[0]?.name ?? ''}`,
    consoleUrl: listeners.console.origin,
    backendUrl: `http://127.0.0.1:${[...services.values()][0]?.port() ?? 0}`,
    users: users.map(({ username, password }) => ({ username, password })),
  };
}

function signInState({
  topology: { userPools, restApis: apis, stack },
  cognito,
}: Generation): Pick<
  State,
  'issuer' | 'cognitoDomain' | 'clientId' | 'callbackUrl' | 'logoutUrl' | 'apiScope'
> {
  const [pool] = userPools;
  const [client] = pool?.clients ?? [];
  const scopes = apis.length > 0 ? stack.ofType('AWS::ApiGateway::Method').flatMap(methodScopes) : [];
  return {
    issuer: pool ? cognito.issuer(pool.id) : '',
    cognitoDomain: pool ? cognito.domain(pool.id) : '',
    clientId: client?.id ?? '',
    callbackUrl: client?.callbackUrls[0] ?? '',
    logoutUrl: client?.logoutUrls[0] ?? '',
    apiScope: scopes[0] ?? '',
  };
}

function methodScopes({ properties }: { readonly properties: Readonly<Record<string, unknown>> }): string[] {
  return (properties['AuthorizationScopes'] as string[] | undefined) ?? [];
}
