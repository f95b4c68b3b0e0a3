import type { Logger } from 'pino';
import { type Account, openAccount } from './account';
import { distributionFaults } from '../services/cloudfront/malformed-request';
import type { Cognito } from '../services/cognito/cognito';
import { loadUsers } from '../services/cognito/users/user-file';
import { type Console, createConsole } from '../console/handler';
import type { AnsweredRequest, LoggedRequest } from '../console/request-log';
import { observeSignIn } from '../console/sign-in-requests';
import { CodedError } from '@spa-on-aws/cloudformation';
import { loadStacks } from './sources';
import { type Generation, startGeneration } from './generation';
import { certificateFor, writeTrustFile } from '../http/certificate';
import type { Draining } from '../http/draining';
import { answerWith } from '../http/listener';
import { Listeners } from './listeners';
import { nothingHere } from './nothing-here';
import type { Options } from '../cli/options';
import { describeState, type State, urlsOf, writeStateFile } from './state-file';
import { describeChanges } from './changes';
import { watchFiles } from './watch';

/** A local cloud that answers. */
export interface LocalCloud {
  /** As of now: another template may have other clients or scopes. */
  readonly state: State;
  /** Where the second and further distributions and REST APIs listen, by logical id. */
  readonly furtherUrls: ReadonlyMap<string, string>;
  /** Secrets of app clients that have one, by the client's logical id. */
  readonly clientSecrets: readonly { readonly client: string; readonly secret: string }[];
  /** Resource types that are in the templates and not run, with how many there are of each. */
  readonly notRun: ReadonlyMap<string, number>;
  /** Properties that were passed over, in words. */
  readonly warnings: readonly string[];
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
 * Runs templates, and applies what becomes of them while it runs.
 *
 * @throws CodedError with everything that was started stopped again
 */
export async function startLocalCloud(options: Options, environment: Environment): Promise<LocalCloud> {
  const cleanups: Cleanup[] = [];
  const stopped = new AbortController();
  environment.signal.addEventListener('abort', () => stopped.abort(), { once: true });
  if (environment.signal.aborted) stopped.abort();
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
  environment: Environment,
  cleanups: Cleanup[],
  close: () => Promise<void>,
): Promise<LocalCloud> {
  const { log, onContainerLine, signal } = environment;
  const certificate = options.https ? await certificateFor(options.certificate) : undefined;
  const listeners = await Listeners.open(options, certificate);
  cleanups.push(() => listeners.close());
  const [stacks, users] = await Promise.all([loadStacks(options), loadUsers(options.users)]);
  const trust = certificate && (await writeTrustFile(certificate));
  if (trust) cleanups.push(() => trust.remove());
  const trustFile = trust?.file;
  const account = openAccount({ options, listeners, users, log, onContainerLine, signal, trustFile });
  cleanups.push(
    () => account.tables.close(),
    () => account.fleet.close(),
  );
  let generation = await startGeneration(stacks, account, undefined, signInServer(account, environment));
  cleanups.push(() => generation.retire());
  await generation.commit();
  await generation.takeOver();
  serve(generation, account, environment);

  let state = describeState(generation, account);
  const console = openConsole(account, () => ({ generation, state }));
  cleanups.push(() => console.close());
  const stateFile = await writeStateFile(options.stateFile, state);
  cleanups.push(() => stateFile.remove());

  let wasRefused = false;
  const apply = async (): Promise<void> => {
    const next = await startNext(account, generation, signInServer(account, environment));
    if (next === 'as it runs' && wasRefused) log.info('the template is again as it runs here');
    wasRefused = next === 'refused';
    if (typeof next === 'string') return;
    const previous = generation;
    generation = next.generation;
    serve(generation, account, environment);
    state = describeState(generation, account);
    await stateFile.write(state);
    console.templateChanged();
    const notes = [next.changes, ...(await generation.takeOver())];
    log.info(`the template changed: ${notes.join('; ')}`);
    for (const warning of generation.warnings) log.warn(warning);
    await previous.retire();
    await generation.commit();
  };
  const applySafely = (): Promise<void> =>
    apply().catch((error: unknown) =>
      log.error({ err: error }, 'the template changed and is applied in part'),
    );
  const watching = watchFiles(
    () => generation.stacks.flatMap(({ sourceFiles }) => sourceFiles),
    applySafely,
    signal,
  );
  cleanups.push(() => watching);

  return {
    get state() {
      return state;
    },
    get furtherUrls() {
      const { distributions, restApis } = urlsOf(generation);
      return new Map([...[...distributions].slice(1), ...[...restApis].slice(1)]);
    },
    get clientSecrets() {
      return generation.topology.userPools
        .flatMap(({ clients }) => clients)
        .flatMap(({ logicalId, secret }) => (secret === undefined ? [] : [{ client: logicalId, secret }]));
    },
    get notRun() {
      return generation.topology.stack.unread();
    },
    get warnings() {
      return generation.warnings;
    },
    close,
  };
}

/** Starts another state of the templates, if there is one that can run; says so if it cannot. */
async function startNext(
  account: Account,
  current: Generation,
  serveSignIn: ReturnType<typeof signInServer>,
): Promise<{ generation: Generation; changes: string } | 'as it runs' | 'refused'> {
  const { options, log, signal } = account;
  try {
    const stacks = await loadStacks(options);
    const changes = describeChanges(current.stacks, stacks);
    if (changes === undefined) return 'as it runs';
    return { generation: await startGeneration(stacks, account, current, serveSignIn), changes };
  } catch (error) {
    if (signal.aborted) return 'refused';
    serveSignIn(current.cognito, current.draining);
    const why = error instanceof CodedError ? `${error.code}: ${error.message}` : String(error);
    log.error(`the template changed and cannot be run; the one before keeps serving. ${why}`);
    return 'refused';
  }
}

/** From now on this generation answers at every port of a distribution or REST API. */
function serve(generation: Generation, account: Account, { log, onRequest }: Environment): void {
  const { listeners, requests } = account;
  const { draining, doors, path, topology } = generation;
  const report =
    (via: AnsweredRequest['via'], owner: string) =>
    (request: LoggedRequest, status: number, durationMs: number): void => {
      onRequest(requests.add(via, request, status, durationMs, owner));
    };
  for (const distribution of topology.distributions) {
    const { logicalId } = distribution;
    const handler = path.distributions.get(logicalId);
    if (!handler) continue;
    const answer = draining.counted(answerWith(handler, log, report('distribution', logicalId)));
    doors.distributions.get(logicalId)?.serve(answer, distributionFaults(distribution, account.clock.now));
  }
  for (const [logicalId, handler] of path.restApis) {
    const answer = draining.counted(answerWith(handler, log, report('execute-api', logicalId)));
    doors.restApis.get(logicalId)?.serve(answer);
  }
  for (const free of listeners.confirm('distribution', doors.distributions)) {
    free.serve(nothingHere('CloudFront distribution'));
  }
  for (const free of listeners.confirm('rest-api', doors.restApis)) free.serve(nothingHere('REST API'));
}

/** Lets user pools answer at their port. */
function signInServer({ listeners, requests }: Account, { onRequest }: Environment) {
  return (cognito: Cognito, draining: Draining): void => {
    const answer = draining.counted((request, response) => cognito.handle(request, response));
    const onAnswered = (request: LoggedRequest, status: number, durationMs: number): void => {
      onRequest(requests.add('sign-in', request, status, durationMs));
    };
    listeners.cognito.serve(observeSignIn(answer, onAnswered));
  };
}

function openConsole(
  account: Account,
  current: () => { readonly generation: Generation; readonly state: State },
): Console {
  const { listeners, clock, faults, throttle, caches, requests, containers } = account;
  const console = createConsole({
    port: listeners.console.port,
    shown: () => {
      const { generation, state } = current();
      return { topology: generation.topology, urls: { ...urlsOf(generation), signIn: state.cognitoDomain } };
    },
    requests,
    containers,
    controls: {
      clock,
      faults,
      throttle,
      cache: caches,
      get signIn() {
        return current().generation.cognito.controls;
      },
    },
  });
  listeners.console.serve((request, response) => console.handle(request, response));
  return console;
}
